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

type NumberOf = (num: number) => number | undefined;

const refText = (num: number | undefined): string => (num === undefined ? "null" : `${num} 0 R`);

const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(8).replace(/\.?0+$/, "");

const stringText = ({ bytes }: PdfString): string =>
  /^[\x20-\x7e]*$/.test(bytes)
    ? `(${bytes.replace(/[\\()]/g, "\\$&")})`
    : `<${Buffer.from(bytes, "latin1").toString("hex")}>`;

/** A value as it is written in a PDF. @param numberOf the number that an object gets; undefined where it has none */
export function valueText(value: PdfValue, numberOf: NumberOf = (num) => num): string {
  const text = (part: PdfValue): string => valueText(part, numberOf);
  if (value === null) return "null";
  if (typeof value === "number") return numberText(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof PdfString) return stringText(value);
  if (value instanceof Ref) return refText(numberOf(value.num));
  if (value instanceof Keyword) return value.word;
  if (value instanceof PdfStream) return text(value.dict);
  if (Array.isArray(value)) return `[${value.map(text).join(" ")}]`;
  return `<<${[...value].map(([key, part]) => `${key} ${text(part)}`).join(" ")}>>`;
}

/** The same of an object as it was written: nothing in it but a string could look like a reference and be none. */
const rewritten = (written: string, numberOf: NumberOf): string | undefined =>
  written.includes("(")
    ? undefined
    : written.replace(/\b(\d+) 0 R\b/g, (_, num: string) => refText(numberOf(Number(num))));

/** Puts a file together: streams as they are, all else packed. */
class Writer {
  readonly #parts: Buffer[] = [Buffer.from(HEADER, "latin1")];
  readonly #rows = new Map<number, readonly [kind: number, where: number, index: number]>();
  #at = HEADER.length;

  add(num: number, ...parts: (Buffer | string)[]): void {
    this.#rows.set(num, [1, this.#at, 0]);
    for (const part of [`${num} 0 obj\n`, ...parts, "\nendobj\n"]) this.#push(part);
  }

  addStream(num: number, dict: PdfDict, data: Buffer, numberOf?: NumberOf): void {
    const whole = new Map(dict).set("/Length", data.length);
    this.add(num, valueText(whole, numberOf), "\nstream\n", data, "\nendstream");
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

type Written = Exclude<PdfValue, null> | NewStream;

/** The objects that a value speaks of, in its order. */
function refsIn(value: PdfValue | NewStream): Ref[] {
  if (value instanceof Ref) return [value];
  if (value instanceof NewStream || value instanceof PdfStream) return refsIn(value.dict);
  if (Array.isArray(value)) return value.flatMap(refsIn);
  return value instanceof Map ? [...value.values()].flatMap(refsIn) : [];
}

/**
 * All objects that a reader comes to from the trailer, in the order in which it does. What holds the old file together
 * is none of them.
 */
function inReadingOrder(file: PdfFile, changes: Changes, { root, info }: Trailer): Map<number, Written> {
  const found = new Map<number, Written>();
  const ahead = [info, root];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (found.has(next.num)) continue;
    const changed = changes.get(next.num);
    const value = changed === undefined && file.entries.has(next.num) ? file.get(next) : changed;
    if (value === undefined || value === null) continue;
    if (value instanceof PdfStream && OF_THE_FILE.has(value.dict.get("/Type"))) continue;
    found.set(next.num, value);
    ahead.push(...refsIn(value).reverse());
  }
  return found;
}

/**
 * A file with changes, as PDF 1.7. The same document gives the same bytes: objects are numbered as a reader comes to
 * them, since Chromium's own numbers differ from print to print, and the identity is the content's hash.
 */
export function writePdf(file: PdfFile, changes: Changes, trailer: Trailer): Buffer {
  const writer = new Writer();
  const objects = inReadingOrder(file, changes, trailer);
  const numbers = new Map([...objects.keys()].map((num, index) => [num, index + 1]));
  const numberOf: NumberOf = (num) => numbers.get(num);
  const packed: [num: number, text: string][] = [];
  for (const [old, value] of objects) {
    const num = numbers.get(old) ?? 0;
    if (value instanceof NewStream) writer.addStream(num, value.dict, value.data, numberOf);
    else if (value instanceof PdfStream) {
      writer.addStream(num, value.dict, file.bytes.subarray(value.start, value.end), numberOf);
    } else {
      const written = changes.has(old) ? undefined : file.written(old);
      const text = written === undefined ? undefined : rewritten(written, numberOf);
      packed.push([num, text ?? valueText(value, numberOf)]);
    }
  }
  let next = objects.size + 1;
  for (let at = 0; at < packed.length; at += PER_CONTAINER) {
    writer.addPacked(next++, packed.slice(at, at + PER_CONTAINER));
  }
  const renumbered = ({ num }: Ref): Ref => new Ref(numbers.get(num) ?? 0);
  return writer.finish(next, { root: renumbered(trailer.root), info: renumbered(trailer.info) });
}
