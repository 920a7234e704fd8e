import { PdfSyntaxError } from "./errors.ts";
import { Keyword, type PdfDict, PdfString, type PdfValue, Ref } from "./pdf-value.ts";

const REGULAR = 0;
const SPACE = 1;
const DELIMITER = 2;
const KINDS = new Uint8Array(256);
for (const character of "\0\t\n\f\r ") KINDS[character.charCodeAt(0)] = SPACE;
for (const character of "()<>[]{}/%") KINDS[character.charCodeAt(0)] = DELIMITER;

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "" };
const CLOSE_ARRAY = new Keyword("]");
const CLOSE_DICT = new Keyword(">>");
const WORDS = new Map<string, Keyword>();

function keyword(word: string): Keyword {
  let known = WORDS.get(word);
  if (known === undefined) {
    known = new Keyword(word);
    // what a broken file says is not remembered for ever
    if (word.length < 8 && WORDS.size < 500) WORDS.set(word, known);
  }
  return known;
}

/** Reads the values of a PDF one by one: of its objects as of its content streams. */
export class Lexer {
  readonly source: string;
  at: number;

  constructor(source: string, at = 0) {
    this.source = source;
    this.at = at;
  }

  /** The next value or operator; undefined at the end. */
  next(): PdfValue | undefined {
    this.#skipSpace();
    const { source } = this;
    if (this.at >= source.length) return undefined;
    switch (source.charCodeAt(this.at)) {
      case 0x2f: {
        const start = this.at++;
        this.#skipRegular();
        return source.slice(start, this.at);
      }
      case 0x28:
        return this.#literal();
      case 0x3c:
        if (source.charCodeAt(this.at + 1) !== 0x3c) return this.#hex();
        this.at += 2;
        return this.#dict();
      case 0x5b:
        this.at += 1;
        return this.#array();
      case 0x5d:
        this.at += 1;
        return CLOSE_ARRAY;
      case 0x3e:
        this.at += 2;
        return CLOSE_DICT;
      default:
        return this.#word();
    }
  }

  #skipSpace(): void {
    const { source } = this;
    for (;;) {
      const code = source.charCodeAt(this.at);
      if (code === 0x25) {
        while (this.at < source.length && source[this.at] !== "\n" && source[this.at] !== "\r") this.at += 1;
      } else if (KINDS[code] === SPACE) this.at += 1;
      else return;
    }
  }

  #skipRegular(): void {
    const { source } = this;
    while (this.at < source.length && KINDS[source.charCodeAt(this.at)] === REGULAR) this.at += 1;
  }

  #word(): PdfValue {
    const start = this.at;
    this.#skipRegular();
    if (this.at === start) this.at += 1;
    const word = this.source.slice(start, this.at);
    const first = word.charCodeAt(0);
    // digits, sign, point
    if (first <= 0x39 && first >= 0x2b) {
      const value = Number(word);
      if (!Number.isNaN(value)) return value;
    }
    if (word === "true") return true;
    if (word === "false") return false;
    return word === "null" ? null : keyword(word);
  }

  #literal(): PdfString {
    const { source } = this;
    let depth = 1;
    let bytes = "";
    for (this.at += 1; ; this.at += 1) {
      const character = source[this.at];
      if (character === undefined) throw new PdfSyntaxError("a string does not end");
      if (character === "\\") bytes += this.#escape();
      else {
        if (character === "(") depth += 1;
        if (character === ")") depth -= 1;
        if (depth === 0) break;
        bytes += character;
      }
    }
    this.at += 1;
    return new PdfString(bytes);
  }

  /** Leaves `at` on the last character of the escape. */
  #escape(): string {
    this.at += 1;
    const octal = /^[0-7]{1,3}/.exec(this.source.slice(this.at, this.at + 3))?.[0];
    if (octal !== undefined) {
      this.at += octal.length - 1;
      return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    }
    const character = this.source[this.at] ?? "";
    return ESCAPES[character] ?? character;
  }

  #hex(): PdfString {
    const end = this.source.indexOf(">", this.at);
    if (end < 0) throw new PdfSyntaxError("a string does not end");
    const digits = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    const even = digits.length % 2 === 0 ? digits : `${digits}0`;
    return new PdfString(Buffer.from(even.replace(/\s+/g, ""), "hex").toString("latin1"));
  }

  #array(): PdfValue[] {
    const values: PdfValue[] = [];
    for (;;) {
      const value = this.next();
      if (value === CLOSE_ARRAY) return values;
      if (value === undefined) throw new PdfSyntaxError("an array does not end");
      if (value instanceof Keyword && value.word === "R") {
        values.pop();
        values.push(new Ref(Number(values.pop())));
      } else values.push(value);
    }
  }

  #dict(): PdfDict {
    const values: PdfValue[] = [];
    for (;;) {
      const value = this.next();
      if (value === CLOSE_DICT) break;
      if (value === undefined) throw new PdfSyntaxError("a dictionary does not end");
      if (value instanceof Keyword && value.word === "R") {
        values.pop();
        values.push(new Ref(Number(values.pop())));
      } else values.push(value);
    }
    const dict: PdfDict = new Map();
    for (let at = 0; at + 1 < values.length; at += 2) dict.set(String(values[at]), values[at + 1] ?? null);
    return dict;
  }
}
