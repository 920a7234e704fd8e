import type { Insertable } from "kysely";
import type { Batch, TextTable } from "./batch.ts";
import { hashOf } from "./content.ts";
import { type Cell, type FlatRows, pieceOf } from "./flat-rows.ts";
import { lookUp } from "./look-up.ts";
import type { Tables } from "./tables.ts";

export type Text = string | null;

/** Texts that are kept once, and the hash that they are found by. */
export interface Once {
  hash: Buffer;
  texts: readonly Text[];
}

export const once = (...texts: readonly Text[]): Once => ({ hash: hashOf(JSON.stringify(texts)), texts });

/** Where texts are kept. */
interface TextColumns<K extends TextTable> {
  table: K;
  columns: readonly (keyof Tables[K] & string)[];
}

/** Keeps texts, once each, and gives their ids. */
async function keepTexts<K extends TextTable>(
  batch: Batch,
  { table, columns }: TextColumns<K>,
  all: readonly Once[],
): Promise<Map<Once, number>> {
  const hashes = all.map(({ hash }) => hash);
  const { missing, ids } = await lookUp(batch, table, hashes);
  const rows = missing.map((place) => {
    const { hash, texts } = all[place] as Once;
    const named = columns.map((column, index) => [column, texts[index]]);
    return { hash, ...Object.fromEntries(named) } as Insertable<Tables[K]>;
  });
  const kept = ids(await batch.add(table, rows));
  return new Map(all.map((each, place) => [each, kept[place] as number]));
}

/** Rows laid flat, each of which ends with texts that are kept once: their id takes their place. */
export class TextRows<T extends keyof Tables, K extends TextTable> {
  readonly #table: T;
  readonly #rows: FlatRows<Tables[T], Cell | Once>;
  readonly #texts: TextColumns<K>;

  constructor(table: T, columns: FlatRows<Tables[T]>["columns"], texts: TextColumns<K>) {
    this.#table = table;
    this.#rows = { columns, pieces: [] };
    this.#texts = texts;
  }

  /** Where the next row goes. */
  piece(): (Cell | Once)[] {
    return pieceOf(this.#rows);
  }

  async insert(batch: Batch): Promise<void> {
    const { columns, pieces } = this.#rows;
    const width = columns.length;
    const all = new Set<Once>();
    for (const piece of pieces) {
      for (let end = width - 1; end < piece.length; end += width) all.add(piece[end] as Once);
    }
    const ids = await keepTexts(batch, this.#texts, [...all]);
    for (const piece of pieces) {
      for (let end = width - 1; end < piece.length; end += width) {
        piece[end] = ids.get(piece[end] as Once) as number;
      }
    }
    await batch.insertFlat(this.#table, { columns, pieces: pieces as Cell[][] });
  }
}
