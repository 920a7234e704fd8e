import type { Views } from "../views.ts";
import type { ViewDefinition } from "./fragments.ts";

/** Nights whose rows are kept, by the table that marks them. */
export type Marks = "rollup_night" | "rollup_streak_night";

/** The snapshots and nights that rows are made from. */
export interface Source {
  snapshot: string;
  night: string;
}

/** Every night. */
export const ALL_NIGHTS: Source = { snapshot: "snapshot", night: "night" };

/** The nights of which nothing is kept, and their snapshots. */
const UNMARKED: Readonly<Record<Marks, Source>> = {
  rollup_night: { snapshot: "unrolled_snapshot", night: "unrolled_night" },
  rollup_streak_night: { snapshot: "unrolled_streak_snapshot", night: "unrolled_streak_night" },
};

/** Rows that are dear to make, and kept for some nights in the table `rollup_<name>`. */
export interface RolledUp {
  name: string;
  marks: Marks;
  /** In the order of `select`; the same as the table's. */
  columns: readonly string[];
  /** The one definition of its figures. */
  select(source: Source): string;
}

/** A view of sums with a few rows a night: kept for every night that is complete, or for the newest alone. */
export const rolledUp = <V extends keyof Views & string>(
  name: V,
  columns: readonly (keyof Views[V] & string)[],
  select: (source: Source) => string,
  marks: Marks = "rollup_night",
): RolledUp & { name: V } => ({ name, marks, columns, select });

const listOf = (columns: readonly string[], alias: string) =>
  columns.map((column) => `${alias}.${column}`).join(", ");

/**
 * What is kept, and the rows of all other nights made anew. (A SELECT around each: SQLite asks a UNION for one night
 * only where none of its parts has a window.)
 */
export const keptOrMade = ({ name, marks, columns, select }: RolledUp): string =>
  `SELECT ${listOf(columns, "a")}
      FROM (
      ${select(UNMARKED[marks])}
      ) AS a
      UNION ALL
      SELECT ${listOf(columns, "r")}
      FROM ${marks} n JOIN rollup_${name} r ON r.data_date = n.data_date`;

/** The view of what is kept or made. */
export const viewOf = <V extends keyof Views & string>(rolled: RolledUp & { name: V }): ViewDefinition => [
  rolled.name,
  keptOrMade(rolled),
];

/**
 * Which nights have nothing kept, and their snapshots. Private. (A night comes first, so that a range of nights is cut
 * out of the calendar and not of all snapshots.)
 */
export const UNROLLED_VIEWS: readonly (readonly [name: string, select: string])[] = Object.entries(
  UNMARKED,
).flatMap(([marks, { snapshot, night }]) => [
  [
    night,
    `SELECT n.data_date FROM night n
      WHERE NOT EXISTS (SELECT 1 FROM ${marks} r WHERE r.data_date = n.data_date)`,
  ],
  [
    snapshot,
    `SELECT n.data_date, s.target_id, s.risk_list_id, s.run_id
      FROM ${night} n CROSS JOIN snapshot s WHERE s.data_date = n.data_date`,
  ],
]);
