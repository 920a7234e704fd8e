import { Kysely, sql } from "kysely";
import { CopyError, NoLedgerError } from "../errors.ts";
import { ledgerIsThere, openLedger } from "../open.ts";
import { isPostgresUrl, shownPlace } from "../place.ts";
import { forgetRollups, keepRollups } from "../rollups.ts";
import { readOnlyDialect } from "../sqlite.ts";
import type { Schema } from "../tables.ts";
import { COPIED_TABLES, type CopiedTable, NUMBERED_TABLES } from "./copied-tables.ts";
import {
  chunksOf,
  fingerprint,
  keyValues,
  orderedKey,
  type Row,
  rowsBetween,
  rowText,
  type Side,
} from "./rows.ts";

/** How far a copy is. */
export interface CopyProgress {
  step: "copy" | "verify";
  table: string;
  /** Tables that are done, of all. */
  done: number;
  total: number;
}

/** One table of a copy: the same on both sides. `written` are the rows that were not there yet. */
export interface CopiedTableResult {
  table: string;
  rows: number;
  written: number;
  /** SHA-256 over all rows in the order of their key. */
  hash: string;
}

const ALL = Object.keys(COPIED_TABLES) as CopiedTable[];

/** A database that holds runs which the source does not know is another ledger's. */
async function refuseAnother(source: Side, target: Side, place: string): Promise<void> {
  const startOf = async ({ db }: Side) => await db.selectFrom("run").select(["id", "started_at"]).execute();
  const known = new Map((await startOf(source)).map(({ id, started_at }) => [id, started_at]));
  const strange = (await startOf(target)).find(({ id, started_at }) => known.get(id) !== started_at);
  if (strange !== undefined) {
    throw new CopyError(
      `${place} holds run ${strange.id} of ${strange.started_at}, which the ledger does not have: it is another one's, or has gone on by itself. Give an empty database.`,
    );
  }
}

/** Puts rows in place of whatever the target has between them; the rows that are there already are left alone. */
async function settleRange(
  target: Side,
  table: CopiedTable,
  after: Row | null,
  upTo: Row | null,
  rows: readonly Row[],
): Promise<number> {
  const there = await rowsBetween(target, table, after, upTo);
  const idOf = (row: Row) => JSON.stringify(keyValues(table, row));
  const before = new Map(there.map((row) => [idOf(row), row]));
  const changed: Row[] = [];
  for (const row of rows) {
    const old = before.get(idOf(row));
    before.delete(idOf(row));
    if (old === undefined || rowText(old) !== rowText(row)) changed.push(row);
  }
  const key = sql.join(orderedKey(table, target));
  for (const left of before.values()) {
    await sql`DELETE FROM ${sql.table(table)} WHERE (${key}) = (${sql.join(keyValues(table, left))})`.execute(
      target.db,
    );
  }
  await upsert(target, table, changed);
  return changed.length;
}

async function upsert({ db }: Side, table: CopiedTable, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const key: readonly string[] = COPIED_TABLES[table];
  const others = columns.filter((column) => !key.includes(column));
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
  const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
  const changes = others.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`);
  await sql`
    INSERT INTO ${sql.table(table)} (${refs(columns)}) VALUES ${sql.join(values)}
    ON CONFLICT (${refs(key)}) ${others.length === 0 ? sql`DO NOTHING` : sql`DO UPDATE SET ${sql.join(changes)}`}
  `.execute(db);
}

async function copyTable(source: Side, target: Side, table: CopiedTable, signal?: AbortSignal) {
  let written = 0;
  let last: Row | null = null;
  const settle = async (upTo: Row | null, rows: readonly Row[]) => {
    signal?.throwIfAborted();
    written += await target.db
      .transaction()
      .execute((db) => settleRange({ ...target, db }, table, last, upTo, rows));
  };
  for await (const rows of chunksOf(source, table)) {
    const upTo = rows.at(-1) ?? null;
    await settle(upTo, rows);
    last = upTo;
  }
  await settle(null, []);
  return written;
}

/** Numbers that the engine gives out go on after those that came. */
async function continueNumbers({ db }: Side): Promise<void> {
  for (const table of NUMBERED_TABLES) {
    await sql`
      SELECT setval(pg_get_serial_sequence(${table}, 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM ${sql.table(table)}), false)
    `.execute(db);
  }
}

/**
 * Copies a SQLite ledger into a PostgreSQL database, as the ledger is at the moment it begins. What is there already
 * is compared and left alone, so an interrupted copy goes on where it was, and a second one brings what is new. In
 * the end every table is counted and hashed on both sides.
 *
 * @throws NoLedgerError, UnreadableLedgerError, CopyError
 */
export async function copyLedger(
  from: string,
  to: string,
  options: { signal?: AbortSignal; onProgress?: (progress: CopyProgress) => void } = {},
): Promise<CopiedTableResult[]> {
  if (isPostgresUrl(from) || !isPostgresUrl(to)) {
    throw new CopyError("A copy goes from a SQLite file to a postgres:// URL.");
  }
  if (!(await ledgerIsThere(from))) throw new NoLedgerError(from);
  await (await openLedger(from)).close();
  const ledger = await openLedger(to);
  const reader = new Kysely<Schema>({ dialect: readOnlyDialect(from) });
  try {
    return await reader.transaction().execute(async (db) => {
      const source = { db, postgres: false };
      const target = { db: ledger.db, postgres: true };
      await refuseAnother(source, target, shownPlace(to));
      return await copyAll(source, target, shownPlace(to), options);
    });
  } finally {
    await reader.destroy();
    await ledger.close();
  }
}

async function copyAll(
  source: Side,
  target: Side,
  place: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: CopyProgress) => void },
): Promise<CopiedTableResult[]> {
  await forgetRollups(target.db);
  const written = new Map<CopiedTable, number>();
  for (const [done, table] of ALL.entries()) {
    onProgress?.({ step: "copy", table, done, total: ALL.length });
    written.set(table, await copyTable(source, target, table, signal));
  }
  await continueNumbers(target);

  const results: CopiedTableResult[] = [];
  for (const [done, table] of ALL.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ step: "verify", table, done, total: ALL.length });
    const [ours, theirs] = [await fingerprint(source, table), await fingerprint(target, table)];
    if (ours.rows !== theirs.rows || ours.hash !== theirs.hash) {
      throw new CopyError(
        `Table ${table} of ${place} differs after the copy: ${theirs.rows} rows, the ledger has ${ours.rows}. Something else writes there; stop it and copy again.`,
      );
    }
    results.push({ table, ...ours, written: written.get(table) ?? 0 });
  }
  await keepRollups(target.db, "ingest");
  return results;
}
