import type { Secret } from "@nightledger/core/secret";

/** Shorter ones are words that every text has. */
const LEAST = 4;

/** White space, with the code that each line of an answer of SMTP begins with. */
const BETWEEN = /\s+(?:\d{3}[- ](?:\d\.\d{1,3}\.\d{1,3}\s)?)?/y;

/** A text without what may split a secret, and where each of its characters was. */
function joined(text: string): { letters: string; places: number[] } {
  const places: number[] = [];
  let letters = "";
  for (let at = 0; at < text.length; ) {
    BETWEEN.lastIndex = at;
    const between = BETWEEN.exec(text)?.[0].length ?? 0;
    if (between === 0) {
      places.push(at);
      letters += text[at];
    }
    at += Math.max(between, 1);
  }
  return { letters, places };
}

/** What base64 makes of a value after 0, 1 or 2 other bytes, without the characters that it shares with others. */
const inBase64 = (value: string): string[] =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    return bytes.toString("base64url").slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });

/** A secret as the other side may write it: as it is, in JSON, in a URL or a form, in base64 with whatever is around it. */
function shapesOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const inUrls = [encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2)];
  const lower = inUrls.map((url) => url.replace(/%../g, (code) => code.toLowerCase()));
  const bases = [Buffer.from(value).toString("base64url"), ...inBase64(value)];
  const standard = bases.map((base) => base.replaceAll("-", "+").replaceAll("_", "/"));
  return [value, json, json.replaceAll("/", "\\/"), ...inUrls, ...lower, ...bases, ...standard].flatMap(
    (shape) => [shape, encodeURIComponent(shape)],
  );
}

/** A text in which a shape is hidden wherever it stands. */
function without(text: string, shape: string): string {
  const { letters, places } = joined(text);
  let left = "";
  let end = 0;
  for (let at = letters.indexOf(shape); at >= 0; at = letters.indexOf(shape, at + shape.length)) {
    left += `${text.slice(end, places[at])}[secret]`;
    end = (places[at + shape.length - 1] ?? 0) + 1;
  }
  return left + text.slice(end);
}

/** A text without secrets that the other side repeats, however it writes them, and over however many lines. */
export function withoutSecrets(text: string, secrets: readonly (Secret | null)[]): string {
  const values = secrets.flatMap((secret) => secret?.reveal() ?? []).filter(({ length }) => length >= LEAST);
  const shapes = [...new Set(values.flatMap(shapesOf).map((shape) => joined(shape).letters))];
  return shapes
    .filter(({ length }) => length >= LEAST)
    .sort((one, other) => other.length - one.length)
    .reduce(without, text);
}
