import type { Batch, ContentTable } from "./batch.ts";

/** Which of some contents are in the ledger. */
export interface LookUp {
  /** Those that are not, each once, by their place. */
  missing: readonly number[];
  /** The ids of all, once the missing ones are added and have theirs. */
  ids(added: readonly number[]): number[];
}

/** Looks contents up by their hashes; of equal ones the first stands for all. */
export async function lookUp(batch: Batch, table: ContentTable, hashes: readonly Buffer[]): Promise<LookUp> {
  const ranks = new Map<string, number>();
  const firsts: number[] = [];
  const rankOf = hashes.map((hash, place) => {
    const key = hash.toString("latin1");
    const known = ranks.get(key);
    if (known !== undefined) return known;
    ranks.set(key, firsts.length);
    return firsts.push(place) - 1;
  });
  const found = await batch.find(
    table,
    firsts.map((place) => hashes[place] as Buffer),
  );
  return {
    missing: firsts.filter((_, rank) => found[rank] === undefined),
    ids(added) {
      const next = added.values();
      const ids = found.map((id) => id ?? (next.next().value as number));
      return rankOf.map((rank) => ids[rank] as number);
    },
  };
}
