import { deflateSync, inflateSync } from "node:zlib";
import type { TablesOnly } from "../seal/lines.ts";
import { STATE_TABLES, type StateTableName } from "./state-tables.ts";

/** A row of a table whose rows change: the JSON array of the table and its values, in the order of its columns. */
export type StateLine = string;

/** Every row of a table whose rows change. */
export async function stateLines(db: TablesOnly, table: StateTableName): Promise<StateLine[]> {
  const { columns } = STATE_TABLES[table];
  const rows = await db
    .selectFrom(table as "unit_period")
    .select([...columns] as "run_id"[])
    .execute();
  return rows.map((row) => {
    const values: Record<string, string | number | null> = row;
    return JSON.stringify([table, ...columns.map((column) => values[column] ?? null)]);
  });
}

/** Rows that went and rows that came. */
export interface StateChange {
  gone: StateLine[];
  added: StateLine[];
}

/** As it is kept: a line each, those that went first. */
export const packChange = ({ gone, added }: StateChange): Buffer =>
  deflateSync([...gone.map((line) => `-${line}`), ...added.map((line) => `+${line}`)].join("\n"), {
    level: 9,
  });

/** @throws what zlib throws at bytes that are none of its own */
export function unpackChange(deflated: Buffer): StateChange {
  const lines = inflateSync(deflated).toString("utf8").split("\n");
  const of = (sign: string) => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1));
  return { gone: of("-"), added: of("+") };
}
