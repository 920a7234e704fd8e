import type { StatementSync } from "node:sqlite";
import { namesIn } from "../bind-names.ts";
import type { Cell, ParameterValue, Query } from "../query-message.ts";
import { sqlWords } from "../sql-words.ts";
import type { OpenedForReading } from "./open-for-reading.ts";
import { checkShape, ShapeError } from "./shape-check.ts";

/** A statement that may be run, and what is bound to its parameters. */
export interface PreparedStatement {
  statement: StatementSync;
  bound: Record<string, Cell>;
}

/** A statement that is not run, and why. */
export interface Unprepared {
  kind: "refused" | "unanswered";
  why: string;
}

const WRITES = ["insert", "update", "delete", "replace"];

/** A name that the shapes do not have: a table of ours, which is private, or nothing at all. */
function missing(sql: string, message: string, isThere: (name: string) => boolean): string | null {
  const name = /^no such table: (?:(?:main|temp)\.)?(.+)$/.exec(message)?.[1];
  if (name === undefined || !isThere(name)) return null;
  if (sqlWords(sql).some((word, index) => index > 0 && WRITES.includes(word)))
    return "it would change the ledger, and what is on record stays";
  return `"${message.slice("no such table: ".length)}" is not among the views, which "nightledger dictionary" lists; what else the ledger has is its own, and changes with its versions`;
}

function unprepared(error: unknown, sql: string, opened: OpenedForReading): Unprepared {
  const message = error instanceof Error ? error.message : String(error);
  const refused =
    (error instanceof ShapeError ? error.refused : null) ?? missing(sql, message, opened.isThere);
  return refused === null ? { kind: "unanswered", why: message } : { kind: "refused", why: refused };
}

/** SQLite binds null to whatever is left out. */
function unbound(sql: string, parameters: Readonly<Record<string, unknown>>): string | null {
  const name = namesIn(sql).find(({ name }) => name !== undefined && !Object.hasOwn(parameters, name))?.name;
  if (name !== undefined) return `nothing is bound to its parameter "${name}"`;
  const other = sqlWords(sql).find((word) => ["?", "@", "$"].includes(word));
  return other === undefined ? null : `a parameter is written :name, not with "${other}"`;
}

/** A whole number is bound as one: SQLite would take a number of JavaScript for a real. */
const asBound = (value: ParameterValue, latestNight: string | null): Cell => {
  if (typeof value === "object" && value !== null) return latestNight;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
};

/** Prepares a statement that passes the check of its shape, for cells as queries give them. */
export function prepareStatement(
  opened: OpenedForReading,
  { sql, parameters = {} }: Query,
): PreparedStatement | Unprepared {
  try {
    checkShape(sql, opened.shapesFor(sql));
    const left = unbound(sql, parameters);
    if (left !== null) return { kind: "unanswered", why: left };
    const statement = opened.database.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    statement.setAllowUnknownNamedParameters(true);
    const bound = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, asBound(value, opened.latestNight)]),
    );
    return { statement, bound };
  } catch (error) {
    return unprepared(error, sql, opened);
  }
}
