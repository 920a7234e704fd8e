import type { Secret } from "@nightledger/core/secret";

/** Shorter ones are words that every text has. */
const LEAST = 4;

/** A text without secrets that the other side repeats, as they are or in base64. */
export function withoutSecrets(text: string, secrets: readonly (Secret | null)[]): string {
  const shapes = secrets.flatMap((secret) => {
    const value = secret?.reveal() ?? "";
    return value.length < LEAST ? [] : [value, Buffer.from(value).toString("base64")];
  });
  return shapes.reduce((left, shape) => left.replaceAll(shape, "[secret]"), text);
}
