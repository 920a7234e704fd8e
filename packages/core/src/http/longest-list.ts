/** A list of an answer that has more entries than any honest one. */
export interface LongList {
  path: string[];
  entries: number;
}

/** The members of an object are looked into so deep: the lists of an answer lie in its blocks. */
const DEPTH = 3;

/**
 * The first list in a value that has more than `most` entries; null is none. Such a list costs memory and time for each
 * entry before anybody finds out that the answer is none.
 */
export function longestList(value: unknown, most: number, path: string[] = []): LongList | null {
  if (Array.isArray(value)) return value.length > most ? { path, entries: value.length } : null;
  if (typeof value !== "object" || value === null || path.length >= DEPTH) return null;
  for (const [key, member] of Object.entries(value)) {
    const found = longestList(member, most, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}
