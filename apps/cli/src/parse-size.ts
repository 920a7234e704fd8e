import { UsageError } from "./errors.ts";

const UNITS: Record<string, number> = { MiB: 2 ** 20, GiB: 2 ** 30 };
const MOST_BYTES = 2 ** 40;

/** `512MiB`, `2GiB` as bytes. @throws UsageError naming the option */
export function parseSize(option: string, given: string, leastBytes = 1): number {
  const [, count, unit] = /^(\d{1,7})(MiB|GiB)$/.exec(given) ?? [];
  const bytes = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (!(bytes >= leastBytes && bytes <= MOST_BYTES)) {
    const least = leastBytes > 1 ? ` of ${leastBytes / 2 ** 20}MiB or more` : "";
    throw new UsageError(`${option} takes a size${least}, such as 512MiB or 2GiB, not "${given}".`);
  }
  return bytes;
}
