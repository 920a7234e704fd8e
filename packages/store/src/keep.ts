import type { Insertable } from "kysely";
import type { Batch, ContentTable } from "./batch.ts";
import type { Tables } from "./tables.ts";

/** A content that is in the ledger now. */
export interface Kept {
  id: number;
  /** Whether it was put there just now, by this very item. */
  isNew: boolean;
}

/** Keeps contents that are not there yet, each once, and gives the ids of all. */
export async function keep<T extends ContentTable>(
  batch: Batch,
  table: T,
  items: readonly { hash: Buffer; row: () => Insertable<Tables[T]> }[],
): Promise<Kept[]> {
  const keys = items.map(({ hash }) => hash.toString("latin1"));
  const firsts = new Map(
    items.map((item, index) => [keys[index], item]).toReversed() as [string, (typeof items)[0]][],
  );
  const unique = [...firsts];
  const found = await batch.find(
    table,
    unique.map(([, { hash }]) => hash),
  );
  const ids = new Map<string, number>();
  const missing: typeof unique = [];
  for (const [index, each] of unique.entries()) {
    const id = found[index];
    if (id === undefined) missing.push(each);
    else ids.set(each[0], id);
  }
  const added = await batch.add(
    table,
    missing.map(([, { row }]) => row()),
  );
  const isNew = new Set(missing.map(([, item]) => item));
  for (const [index, [key]] of missing.entries()) ids.set(key, added[index] as number);
  return items.map((item, index) => ({
    id: ids.get(keys[index] as string) as number,
    isNew: isNew.has(item),
  }));
}
