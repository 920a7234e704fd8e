import { allViews } from "../all-views.ts";
import { EXCEPTIONS, IDENTITY, RETRACTIONS, RUNS, SEEN, WITHHELD } from "../audience/scope-statements.ts";
import { DICTIONARY } from "../dictionary.ts";

/** The schema of what an audience's login may read: every public view, of its targets alone. */
export const AUDIENCE_SCHEMA = "nightledger_audience";
/** The schema of what these views are made of, and of who may see what. Nobody's but the owner's. */
export const ACCESS_SCHEMA = "nightledger_access";

/** A view by its name, with its SELECT. */
export type NamedView = readonly [name: string, select: string];

/** Of whom a session is, which the owner has written down for the backend that asks. */
const MEMBERS: readonly NamedView[] = [
  [
    "audience_session_now",
    `SELECT s.id FROM audience_session s JOIN pg_stat_get_activity(pg_backend_pid()) b
        ON b.pid = s.pid AND EXTRACT(EPOCH FROM b.backend_start) = s.backend_started_at`,
  ],
  [
    "audience_target",
    "SELECT m.target_id FROM audience_member m WHERE m.session_id = (SELECT id FROM audience_session_now)",
  ],
  [
    "audience_identity",
    `SELECT ${IDENTITY} FROM audience_scope m WHERE m.session_id = (SELECT id FROM audience_session_now)`,
  ],
];

/**
 * IS TRUE keeps PostgreSQL from joining the members: they are looked up in a hash for each row (a hashed SubPlan), under
 * the plan that the view has without them. A join would lose the order of the nights, and take a hundred times longer.
 */
const isMember = (column: string): string =>
  `(${column} IN (SELECT a.target_id FROM audience_target a)) IS TRUE`;

function shadowOf(table: keyof typeof SEEN, schema: string): string | null {
  const seen = SEEN[table];
  const from = `FROM ${schema}.${table}`;
  if (seen === "whole") return null;
  if (seen === "none") return `SELECT * ${from} WHERE 1 = 0`;
  if (seen === "runs") return `${RUNS} ${from}`;
  if (seen === "exceptions")
    return `${EXCEPTIONS} ${from} WHERE (id IN (SELECT e.period_id FROM exception_target e)) IS TRUE`;
  if (seen === "retractions") {
    return `${RETRACTIONS} ${from} WHERE (only_filter IS NULL
      OR COALESCE(undoes, id) IN (SELECT t.retraction_id FROM retraction_target t)) IS TRUE`;
  }
  if (seen === "account")
    return `SELECT * ${from} WHERE (account IN (SELECT account FROM audience_identity)) IS TRUE`;
  if (seen === "identity")
    return `SELECT * ${from} WHERE ((${IDENTITY}) IN (SELECT ${IDENTITY} FROM audience_identity)) IS TRUE`;
  return `SELECT * ${from} WHERE ${isMember(seen)}`;
}

/** The tables as an audience may see them, by their own names; a table after those it reads. */
function shadows(schema: string): NamedView[] {
  const all = (Object.keys(SEEN) as (keyof typeof SEEN)[]).flatMap((table): NamedView[] => {
    const select = shadowOf(table, schema);
    return select === null ? [] : [[table, select]];
  });
  const last = ([table]: NamedView) => table === "exception_period" || table === "retraction";
  return [...all.filter((view) => !last(view)), ...all.filter(last)];
}

/** The views of the access schema, each after those it reads: names without a schema are looked up there first. */
export const accessViews = (schema: string): NamedView[] => [
  ...MEMBERS,
  ...shadows(schema),
  ...allViews("postgres").map(
    ([name, select]): NamedView => [
      name,
      WITHHELD.has(name) ? `SELECT * FROM (${select}) AS withheld WHERE 1 = 0` : select,
    ],
  ),
];

/**
 * The views that an audience's login reads. The barrier keeps whatever it asks for above what its rows are picked by:
 * no function or cast of a query is tried on a row of others, nor tells of it by an error.
 */
export const AUDIENCE_VIEWS: readonly NamedView[] = DICTIONARY.map(({ view }) => [
  view,
  `SELECT * FROM ${ACCESS_SCHEMA}.${view}`,
]);
