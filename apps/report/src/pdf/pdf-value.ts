/** A reference to an object of the file. */
export class Ref {
  readonly num: number;

  constructor(num: number) {
    this.num = num;
  }
}

/** A string of a PDF: one character a byte. Names are JavaScript strings that begin with a slash. */
export class PdfString {
  readonly bytes: string;

  constructor(bytes: string) {
    this.bytes = bytes;
  }
}

/** A word outside of strings and names: an operator of a content stream, or `obj`, `stream`, `endobj`. */
export class Keyword {
  readonly word: string;

  constructor(word: string) {
    this.word = word;
  }
}

export type PdfDict = Map<string, PdfValue>;

/** A stream and where its bytes, still encoded, lie in the file. */
export class PdfStream {
  readonly dict: PdfDict;
  readonly start: number;
  readonly end: number;

  constructor(dict: PdfDict, start: number, end: number) {
    this.dict = dict;
    this.start = start;
    this.end = end;
  }
}

export type PdfValue =
  | null
  | boolean
  | number
  | string
  | PdfString
  | Ref
  | Keyword
  | PdfStream
  | PdfValue[]
  | PdfDict;

const UTF16_MARK = "\xfe\xff";

/** A text string as characters: UTF-16 where it says so, else the common part of PDFDocEncoding. */
export function decodeText(value: PdfString): string {
  const { bytes } = value;
  if (!bytes.startsWith(UTF16_MARK)) return bytes;
  return Buffer.from(bytes, "latin1").subarray(2).swap16().toString("utf16le");
}

/** Characters as a text string: as they are where they are ASCII, else UTF-16. */
export function encodeText(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return new PdfString(text);
  return new PdfString(UTF16_MARK + Buffer.from(text, "utf16le").swap16().toString("latin1"));
}
