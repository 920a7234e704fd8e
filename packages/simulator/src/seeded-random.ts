/**
 * A number in [0, 1) that depends on its keys alone: the world has no memory, so whatever was asked before,
 * the same question has the same answer. (FNV-1a over the keys, then murmur3's finalizer.)
 */
export function seededRandom(...keys: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const key of keys) {
    const text = `${key}|`;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A whole number from `least` to `most`, both included. */
export const seededInt = (least: number, most: number, ...keys: readonly (string | number)[]): number =>
  least + Math.floor(seededRandom(...keys) * (most - least + 1));

/** `digits` lower-case hex digits. */
export const seededHex = (digits: number, ...keys: readonly (string | number)[]): string =>
  Array.from({ length: digits }, (_, index) => seededInt(0, 15, ...keys, index).toString(16)).join("");
