import type { Views } from "../views.ts";
import type { ViewDefinition } from "./fragments.ts";

/** The snapshots and nights that a view of sums is added up from. */
export interface Source {
  snapshot: "snapshot" | "unrolled_snapshot";
  night: "night" | "unrolled_night";
}

/** Every night. */
export const ALL_NIGHTS: Source = { snapshot: "snapshot", night: "night" };
/** The nights that no rollup is kept of, and their snapshots. */
const UNROLLED_NIGHTS: Source = { snapshot: "unrolled_snapshot", night: "unrolled_night" };

/** A view of sums with a few rows a night, which are kept once the night is complete. */
export interface RolledUp<V extends keyof Views & string = keyof Views & string> {
  view: V;
  /** In the order of `select`; the same as those of the table `rollup_<view>`. */
  columns: readonly string[];
  /** The one definition of its figures. */
  select(source: Source): string;
}

export const rolledUp = <V extends keyof Views & string>(
  view: V,
  columns: readonly (keyof Views[V] & string)[],
  select: (source: Source) => string,
): RolledUp<V> => ({ view, columns, select });

const listOf = (columns: readonly string[], alias: string) =>
  columns.map((column) => `${alias}.${column}`).join(", ");

/**
 * The public view: what is kept of the nights that have a rollup, and the others added up. (A SELECT around each: SQLite
 * asks a UNION for one night only where none of its parts has a window.)
 */
export const publicView = ({ view, columns, select }: RolledUp): ViewDefinition => [
  view,
  `SELECT ${listOf(columns, "a")}
      FROM (
      ${select(UNROLLED_NIGHTS)}
      ) AS a
      UNION ALL
      SELECT ${listOf(columns, "r")}
      FROM rollup_night n JOIN rollup_${view} r ON r.data_date = n.data_date`,
];

/**
 * Which nights have no rollup, and their snapshots. Private. (A night comes first, so that a range of nights is cut out
 * of the calendar and not of all snapshots.)
 */
export const UNROLLED_VIEWS: readonly (readonly [name: string, select: string])[] = [
  [
    "unrolled_night",
    `SELECT n.data_date FROM night n
      WHERE NOT EXISTS (SELECT 1 FROM rollup_night r WHERE r.data_date = n.data_date)`,
  ],
  [
    "unrolled_snapshot",
    `SELECT n.data_date, s.target_id, s.risk_list_id, s.run_id
      FROM unrolled_night n CROSS JOIN snapshot s WHERE s.data_date = n.data_date`,
  ],
];
