import type { FieldDef } from "pg";
import type { Cell } from "../query-message.ts";
import type { Page } from "./postgres-portal.ts";

const BOOLEAN = 16;
const WHOLE = new Set([20, 21, 23]);
const FLOATS = new Set([700, 701]);
const NUMERIC = 1700;
const BYTES = 17;

/** A cell's text as the cell it is on SQLite: whole numbers are bigint. */
function cellOf({ dataTypeID: type }: FieldDef): (text: string) => Cell {
  if (WHOLE.has(type)) return BigInt;
  if (FLOATS.has(type)) return Number;
  if (type === NUMERIC) return (text) => (/^-?\d+$/.test(text) ? BigInt(text) : Number(text));
  if (type === BOOLEAN) return (text) => (text === "t" ? 1n : 0n);
  if (type === BYTES) return (text) => Buffer.from(text.slice(2), "hex");
  return (text) => text;
}

/** A page's rows as they are on SQLite. */
export function cellsOf({ fields, rows }: Page): Cell[][] {
  const cells = fields.map(cellOf);
  return rows.map((row) => row.map((text, index) => (text === null ? null : (cells[index]?.(text) ?? text))));
}
