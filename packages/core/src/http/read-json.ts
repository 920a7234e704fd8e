import { isUtf8 } from "node:buffer";
import { countMembers, repeatsKeys } from "./count-members.ts";
import { type JsonOddity, surveyJson } from "./survey-json.ts";

/** A body as JSON, and what is odd about its text. */
export interface JsonReading {
  json: unknown;
  /** Empty for nearly every body. */
  oddities: readonly JsonOddity[];
}

/** RFC 8259, section 8.1: a byte order mark may be ignored. */
const startOf = (body: Buffer): number => (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);

/** Escapes that may stand for what no database takes: NUL, and halves of surrogate pairs. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

/**
 * Reads a body as JSON.parse does, and reports where that loses something: bytes that are not UTF-8, texts that no
 * database takes, keys that an object repeats (RFC 8259, section 4, leaves open which of them counts). JSON.parse
 * drops repeated keys in silence, so the members that are written are compared with those that it read.
 *
 * @throws SyntaxError
 */
export function readJson(body: Buffer): JsonReading {
  const start = startOf(body);
  const text = body.toString("utf8", start);
  const json: unknown = JSON.parse(text);
  const odd = !isUtf8(body) || SUSPICIOUS.test(text) || repeatsKeys(text, countMembers(json));
  return { json, oddities: odd ? surveyJson(body, start) : [] };
}
