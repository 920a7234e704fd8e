import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import type { PdfFile } from "./pdf-file.ts";
import { Keyword, type PdfDict, PdfStream, PdfString, type PdfValue, Ref } from "./pdf-value.ts";

/** A stream that is not in the file yet. */
export class NewStream {
  readonly dict: PdfDict;
  readonly data: Buffer;

  constructor(dict: PdfDict, data: Buffer) {
    this.dict = dict;
    this.data = data;
  }
}

/** Objects that take the place of others, or are new; null is for one that is dropped. */
export type Changes = ReadonlyMap<number, PdfValue | NewStream>;

/** Where reading begins: the catalog and the information. */
export interface Trailer {
  root: Ref;
  info: Ref;
}

const HEADER = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
/** Objects that a reader unpacks together. */
const PER_CONTAINER = 200;
/** Streams that hold the file together and are made anew. */
const OF_THE_FILE = new Set<PdfValue | undefined>(["/ObjStm", "/XRef"]);

const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(8).replace(/\.?0+$/, "");

const stringText = ({ bytes }: PdfString): string =>
  /^[\x20-\x7e]*$/.test(bytes)
    ? `(${bytes.replace(/[\\()]/g, "\\$&")})`
    : `<${Buffer.from(bytes, "latin1").toString("hex")}>`;

/** A value as it is written in a PDF. */
export function valueText(value: PdfValue): string {
  if (value === null) return "null";
  if (typeof value === "number") return numberText(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof PdfString) return stringText(value);
  if (value instanceof Ref) return `${value.num} 0 R`;
  if (value instanceof Keyword) return value.word;
  if (value instanceof PdfStream) return valueText(value.dict);
  if (Array.isArray(value)) return `[${value.map(valueText).join(" ")}]`;
  return `<<${[...value].map(([key, part]) => `${key} ${valueText(part)}`).join(" ")}>>`;
}

/** Puts a file together: streams as they are, all else packed. */
class Writer {
  readonly #parts: Buffer[] = [Buffer.from(HEADER, "latin1")];
  readonly #rows = new Map<number, readonly [kind: number, where: number, index: number]>();
  #at = HEADER.length;

  add(num: number, ...parts: (Buffer | string)[]): void {
    this.#rows.set(num, [1, this.#at, 0]);
    for (const part of [`${num} 0 obj\n`, ...parts, "\nendobj\n"]) this.#push(part);
  }

  addStream(num: number, dict: PdfDict, data: Buffer): void {
    const whole = new Map(dict).set("/Length", data.length);
    this.add(num, valueText(whole), "\nstream\n", data, "\nendstream");
  }

  addPacked(num: number, objects: readonly (readonly [num: number, text: string])[]): void {
    const index: string[] = [];
    let length = 0;
    for (const [at, [packed, text]] of objects.entries()) {
      index.push(`${packed} ${length} `);
      length += text.length + 1;
      this.#rows.set(packed, [2, num, at]);
    }
    const head = index.join("");
    const body = objects.map(([, text]) => text).join("\n");
    const dict: PdfDict = new Map<string, PdfValue>([
      ["/Type", "/ObjStm"],
      ["/N", objects.length],
      ["/First", head.length],
      ["/Filter", "/FlateDecode"],
    ]);
    this.addStream(num, dict, deflateSync(Buffer.from(head + body, "latin1")));
  }

  /** The index, and the end. */
  finish(num: number, { root, info }: Trailer): Buffer {
    const start = this.#at;
    this.#rows.set(num, [1, start, 0]);
    const size = num + 1;
    const index = Buffer.alloc(size * 7);
    for (const [row, [kind, where, place]] of this.#rows) {
      index.writeUInt8(kind, row * 7);
      index.writeUInt32BE(where, row * 7 + 1);
      index.writeUInt16BE(place, row * 7 + 5);
    }
    const identity = this.#identity();
    const dict = new Map<string, PdfValue>([
      ["/Type", "/XRef"],
      ["/Root", root],
      ["/Info", info],
      ["/Size", size],
      ["/W", [1, 4, 2]],
      ["/ID", [identity, identity]],
      ["/Filter", "/FlateDecode"],
    ]);
    this.addStream(num, dict, deflateSync(index));
    this.#push(`startxref\n${start}\n%%EOF\n`);
    return Buffer.concat(this.#parts);
  }

  #push(part: Buffer | string): void {
    const bytes = typeof part === "string" ? Buffer.from(part, "latin1") : part;
    this.#parts.push(bytes);
    this.#at += bytes.length;
  }

  /** What the file is known by: the hash of its content. */
  #identity(): PdfString {
    const hash = createHash("sha256");
    for (const part of this.#parts) hash.update(part);
    return new PdfString(hash.digest().subarray(0, 16).toString("latin1"));
  }
}

/** How Chromium names the elements of a structure that others speak of, by a count of its own. */
const NODE = /\(node(\d{8})\)/g;

/** Those names counted from 1 in their order: Chromium may begin anywhere, and the file would differ. */
function countedAnew(packed: readonly [number, string][]): [number, string][] {
  const counts = new Set(
    packed.flatMap(([, text]) => [...text.matchAll(NODE)].map(([, count = ""]) => count)),
  );
  const places = new Map(
    [...counts].sort().map((count, index) => [count, String(index + 1).padStart(8, "0")]),
  );
  return packed.map(([num, text]) => [
    num,
    text.replace(NODE, (_, count: string) => `(node${places.get(count)})`),
  ]);
}

/**
 * A file with changes, as PDF 1.7. The same file and the same changes give the same bytes: objects keep their
 * numbers and their order, and the identity is the content's hash.
 */
export function writePdf(file: PdfFile, changes: Changes, trailer: Trailer): Buffer {
  const writer = new Writer();
  const packed: [number, string][] = [];
  const last = Math.max(...file.entries.keys(), ...changes.keys());
  for (let num = 1; num <= last; num += 1) {
    const changed = changes.get(num);
    if (changed === null || (changed === undefined && !file.entries.has(num))) continue;
    if (changed instanceof NewStream) writer.addStream(num, changed.dict, changed.data);
    else {
      const value = changed ?? file.get(new Ref(num));
      if (!(value instanceof PdfStream)) {
        const written = changed === undefined ? file.written(num) : undefined;
        packed.push([num, written ?? valueText(value)]);
      } else if (!OF_THE_FILE.has(value.dict.get("/Type"))) {
        writer.addStream(num, value.dict, file.bytes.subarray(value.start, value.end));
      }
    }
  }
  let next = last + 1;
  const counted = countedAnew(packed);
  for (let at = 0; at < counted.length; at += PER_CONTAINER) {
    writer.addPacked(next++, counted.slice(at, at + PER_CONTAINER));
  }
  return writer.finish(next, trailer);
}
