import { shortKey } from "@nightledger/core/conceal";
import { maskLine } from "@nightledger/core/mask-text";
import { Secret } from "@nightledger/core/secret";

/** Shorter ones are words that every text has. */
const LEAST = 4;

/** What a text may hold of a secret: the whole, as it is or encoded, and of a URL each part that may be its key. */
function* shapesOf(value: string): Generator<string> {
  yield value;
  yield encodeURIComponent(value);
  yield Buffer.from(value).toString("base64");
  yield JSON.stringify(value).slice(1, -1);
  if (!URL.canParse(value)) return;
  const { pathname, search, searchParams, username, password } = new URL(value);
  yield* [search, username, password, ...searchParams.values()];
  yield* pathname.split("/").filter((part) => part.length >= 8);
}

function* secretsIn(value: unknown): Generator<string> {
  if (value instanceof Secret) yield value.reveal();
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) yield* secretsIn(part);
  }
}

/** Ids of access keys, which are no secrets, and nobody else's business. */
function* keysIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null || value instanceof Secret) return;
  if ("kind" in value && value.kind === "key" && "ak" in value && typeof value.ak === "string")
    yield value.ak;
  for (const part of Object.values(value)) yield* keysIn(part);
}

/** A URL keeps where it leads, not who may go there. */
const bareUrls = (text: string): string =>
  text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi, "$1[secret]@")
    .replace(/(\bhttps?:\/\/[^\s?#"'<>]+)\?[^\s"'<>]*/gi, "$1?[secret]");

/** What headers and answers call their secrets. */
const named = (text: string): string =>
  text.replace(
    /\b(authorization|x-auth-token|x-subject-token|x-security-token|password|passwd|secret|token)(["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;&]+/gi,
    "$1$2[secret]",
  );

/** Takes what is secret out of a text, and makes one harmless line of it. */
export type Redactor = (text: string) => string;

/** For texts that may hold secrets of a configuration, or tokens that somebody else put into an error. */
export function redactorOf(config: object): Redactor {
  const shapes = [...secretsIn(config)].flatMap((value) => [...shapesOf(value)]);
  // longer ones first: a part of one must not keep the whole from being found
  const hidden = [...new Set(shapes)]
    .filter(({ length }) => length >= LEAST)
    .sort((a, b) => b.length - a.length);
  const keys = [...new Set(keysIn(config))].filter(({ length }) => length > LEAST);
  return (text) => {
    const short = keys.reduce((left, ak) => left.replaceAll(ak, shortKey(ak)), text);
    const without = hidden.reduce((left, secret) => left.replaceAll(secret, "[secret]"), short);
    return maskLine(named(bareUrls(without))).trim();
  };
}

/** The same for all texts within a value. Errors become their name and message. */
export function redactedValue(value: unknown, redact: Redactor): unknown {
  if (typeof value === "string") return redact(value);
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Error) return { name: value.name, message: redact(value.message) };
  if (Array.isArray(value)) return value.map((one) => redactedValue(one, redact));
  if (value instanceof Date || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactedValue(one, redact)]));
}
