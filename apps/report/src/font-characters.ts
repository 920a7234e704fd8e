import { brotliDecompressSync } from "node:zlib";

/** A few bytes may unpack to any number: no font is as large. */
const MOST_BYTES = 128 * 2 ** 20;

const WOFF2 = 0x774f4632;
/** Where the tables that a WOFF2 file does not name stand in its list of known tags (WOFF2, 5.2). */
const CMAP = 0;
const GLYF = 10;
const LOCA = 11;
const OTHER = 63;

interface Reading {
  data: Buffer;
  at: number;
}

/** A number in base 128, as WOFF2 writes lengths. */
function readLength(reading: Reading): number {
  let value = 0;
  for (let byte = 0x80; (byte & 0x80) !== 0; ) {
    byte = reading.data.readUInt8(reading.at++);
    value = value * 128 + (byte & 0x7f);
  }
  return value;
}

interface Table {
  isCmap: boolean;
  length: number;
}

function readTable(reading: Reading): Table {
  const flags = reading.data.readUInt8(reading.at++);
  const known = flags & 63;
  let isCmap = known === CMAP;
  if (known === OTHER) {
    isCmap = reading.data.toString("latin1", reading.at, reading.at + 4) === "cmap";
    reading.at += 4;
  }
  const version = flags >> 6;
  const transformed = known === GLYF || known === LOCA ? version !== 3 : version !== 0;
  const length = readLength(reading);
  return { isCmap, length: transformed ? readLength(reading) : length };
}

/** The cmap table of a WOFF2 file: all tables are one stream, in the order of their list. */
function cmapOfWoff2(data: Buffer): Buffer {
  const reading = { data, at: 48 };
  let offset = 0;
  let found: [from: number, to: number] | undefined;
  for (let left = data.readUInt16BE(12); left > 0; left -= 1) {
    const { isCmap, length } = readTable(reading);
    if (isCmap) found = [offset, offset + length];
    offset += length;
  }
  if (found === undefined) throw new Error("it has no character map");
  const packed = data.subarray(reading.at, reading.at + data.readUInt32BE(20));
  return brotliDecompressSync(packed, { maxOutputLength: MOST_BYTES }).subarray(...found);
}

/** The cmap table of a TrueType or OpenType file. */
function cmapOfSfnt(data: Buffer): Buffer {
  for (let at = 12, left = data.readUInt16BE(4); left > 0; at += 16, left -= 1) {
    if (data.toString("latin1", at, at + 4) !== "cmap") continue;
    const offset = data.readUInt32BE(at + 8);
    return data.subarray(offset, offset + data.readUInt32BE(at + 12));
  }
  throw new Error("it has no character map");
}

/** Format 4: the characters below U+10000, in segments. Glyph 0 is .notdef, so no character. */
function addSegments(table: Buffer, to: Set<number>): void {
  const size = table.readUInt16BE(6);
  for (let segment = 0; segment < size; segment += 2) {
    const last = table.readUInt16BE(14 + segment);
    const first = table.readUInt16BE(16 + size + segment);
    const delta = table.readUInt16BE(16 + 2 * size + segment);
    const offsetAt = 16 + 3 * size + segment;
    const offset = table.readUInt16BE(offsetAt);
    for (let code = first; code <= last && code < 0xffff; code += 1) {
      const glyph =
        offset === 0 ? (code + delta) & 0xffff : table.readUInt16BE(offsetAt + offset + 2 * (code - first));
      if (glyph !== 0) to.add(code);
    }
  }
}

/** Format 12: characters of all planes, in groups. */
function addGroups(table: Buffer, to: Set<number>): void {
  for (let at = 16, left = table.readUInt32BE(12); left > 0; at += 12, left -= 1) {
    const last = table.readUInt32BE(at + 4);
    for (let code = table.readUInt32BE(at); code <= last; code += 1) to.add(code);
  }
}

/**
 * The characters that the bytes of a font file (WOFF2, TrueType, OpenType) has a glyph for, from its own character map.
 *
 * @throws Error where it is none
 */
export function fontCharacters(data: Buffer): ReadonlySet<number> {
  const cmap = data.readUInt32BE(0) === WOFF2 ? cmapOfWoff2(data) : cmapOfSfnt(data);
  const characters = new Set<number>();
  for (let at = 4, left = cmap.readUInt16BE(2); left > 0; at += 8, left -= 1) {
    const table = cmap.subarray(cmap.readUInt32BE(at + 4));
    const format = table.readUInt16BE(0);
    if (format === 4) addSegments(table, characters);
    if (format === 12) addGroups(table, characters);
  }
  return characters;
}
