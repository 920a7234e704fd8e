import { inflateSync } from "node:zlib";
import { PdfSyntaxError } from "./errors.ts";
import { Lexer } from "./lexer.ts";
import { Keyword, type PdfDict, PdfStream, type PdfValue, Ref } from "./pdf-value.ts";
import { readXref, type XrefEntry } from "./xref.ts";

/**
 * A PDF, read where it is asked for: an object is parsed when it is first wanted. A library reads all of it, which
 * takes several times as long as Chromium's share of a page allows.
 */
export class PdfFile {
  readonly bytes: Buffer;
  /** The file as text, one character a byte. */
  readonly source: string;
  readonly trailer: PdfDict;
  readonly entries: ReadonlyMap<number, XrefEntry> = new Map();
  readonly #read = new Map<number, PdfValue>();
  readonly #places = new Map<number, readonly [start: number, end: number]>();
  readonly #containers = new Map<number, PdfValue[]>();

  /** @throws PdfSyntaxError */
  constructor(pdf: Uint8Array) {
    this.bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
    this.source = this.bytes.toString("latin1");
    const { entries, trailer } = readXref(this);
    this.entries = entries;
    this.trailer = trailer;
  }

  /** What a value stands for, itself unless it is a reference. */
  get(value: PdfValue | undefined): PdfValue {
    if (!(value instanceof Ref)) return value ?? null;
    const known = this.#read.get(value.num);
    if (known !== undefined) return known;
    const read = this.#object(value.num);
    this.#read.set(value.num, read);
    return read;
  }

  /** The dictionary of a value, also of a stream; an empty one where it is none. */
  dict(value: PdfValue | undefined): PdfDict {
    const found = this.get(value);
    if (found instanceof Map) return found;
    return found instanceof PdfStream ? found.dict : new Map();
  }

  /** The elements of an array; a value alone is its own list, null an empty one. */
  list(value: PdfValue | undefined): readonly PdfValue[] {
    const found = this.get(value);
    if (Array.isArray(found)) return found;
    return found === null ? [] : [value instanceof Ref ? value : found];
  }

  /** The bytes of a stream, decoded. @throws PdfSyntaxError */
  decode({ dict, start, end }: PdfStream): Buffer {
    const raw = this.bytes.subarray(start, end);
    const filters = this.list(dict.get("/Filter")).map((filter) => this.get(filter));
    if (filters.length === 0) return raw;
    if (filters.length > 1 || filters[0] !== "/FlateDecode") {
      throw new PdfSyntaxError(`a stream is encoded by ${filters.join(" ")}`);
    }
    try {
      // in one piece, and no more than that for the hundred small ones
      return inflateSync(raw, { chunkSize: Math.max(256, raw.length * 8) });
    } catch (error) {
      throw new PdfSyntaxError(`a stream is broken (${(error as Error).message})`);
    }
  }

  /** An object as it is written in the file; undefined for a stream, and for one that is packed with others. */
  written(num: number): string | undefined {
    this.get(new Ref(num));
    const place = this.#places.get(num);
    return place === undefined ? undefined : this.source.slice(place[0], place[1]);
  }

  /** The object at a place of the file, as `5 0 obj …` has it. */
  objectAt(offset: number): PdfValue {
    const lexer = new Lexer(this.source, offset);
    const num = lexer.next();
    lexer.next();
    const opening = lexer.next();
    if (typeof num !== "number" || !(opening instanceof Keyword) || opening.word !== "obj") {
      throw new PdfSyntaxError(`there is no object at byte ${offset}`);
    }
    const start = lexer.at;
    const value = lexer.next() ?? null;
    const end = lexer.at;
    const whole = value instanceof Map ? this.#streamOf(value, lexer) : value;
    if (!(whole instanceof PdfStream)) this.#places.set(num, [start, end]);
    return whole;
  }

  #streamOf(dict: PdfDict, lexer: Lexer): PdfValue {
    const following = lexer.next();
    if (!(following instanceof Keyword) || following.word !== "stream") return dict;
    const start = lexer.at + (this.source[lexer.at] === "\r" ? 2 : 1);
    const length = this.get(dict.get("/Length"));
    if (typeof length !== "number") throw new PdfSyntaxError("a stream has no length");
    return new PdfStream(dict, start, start + length);
  }

  #object(num: number): PdfValue {
    const entry = this.entries.get(num);
    if (entry === undefined) return null;
    if ("offset" in entry) return this.objectAt(entry.offset);
    return this.#container(entry.container)[entry.index] ?? null;
  }

  #container(num: number): PdfValue[] {
    const known = this.#containers.get(num);
    if (known !== undefined) return known;
    const stream = this.get(new Ref(num));
    if (!(stream instanceof PdfStream)) throw new PdfSyntaxError(`object ${num} holds no objects`);
    const text = this.decode(stream).toString("latin1");
    const index = new Lexer(text);
    const first = Number(stream.dict.get("/First"));
    const objects: PdfValue[] = [];
    for (let left = Number(stream.dict.get("/N")); left > 0; left -= 1) {
      index.next();
      objects.push(new Lexer(text, first + Number(index.next())).next() ?? null);
    }
    this.#containers.set(num, objects);
    return objects;
  }
}
