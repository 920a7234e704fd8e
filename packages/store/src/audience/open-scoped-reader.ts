import { Kysely, sql } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { openAudienceReader } from "../access/open-audience-reader.ts";
import { UnreadableLedgerError } from "../errors.ts";
import { openReader, openReaderAs, type Reader } from "../open.ts";
import { isPostgresUrl, shownPlace } from "../place.ts";
import { postgresDialect } from "../postgres.ts";
import { tablesOf } from "../seal/tables-of.ts";
import { readOnlyDialect } from "../sqlite.ts";
import type { Views } from "../views.ts";
import { type AudienceFilter, CONDITIONS } from "./audience-filter.ts";
import { findAudience } from "./find-audience.ts";
import { scopeStatements } from "./scope-statements.ts";

/** A ledger as one audience sees it: the same views, of its targets alone. */
export interface ScopedReader extends Reader {
  /** What the filter names and no target has, such as `units: Paymnts`. */
  unmatched: readonly string[];
}

/** The schema that the ledger's tables lie in, as a name that can be written into SQL. */
async function schemaOf({ db }: Reader, place: string): Promise<string> {
  if (!isPostgresUrl(place)) return "main";
  const { rows } = await sql<{ name: string }>`SELECT quote_ident(current_schema()) AS name`.execute(
    db as unknown as Kysely<Views>,
  );
  return rows[0]?.name ?? "public";
}

/** What a connection has to be told so that it sees an audience alone. */
async function scopeOf(place: string, filter: AudienceFilter, dataDate: string) {
  const reader = await openReader(place);
  try {
    const members = await findAudience(tablesOf(reader), filter, dataDate);
    const schema = await schemaOf(reader, place);
    const statements = scopeStatements(members, { schema, postgres: isPostgresUrl(place) });
    return { statements, schema, unmatched: members.unmatched };
  } finally {
    await reader.close();
  }
}

/** How the ledger is reached by others than its owner. */
export interface ScopedReaderOptions {
  /** On PostgreSQL: the same database as the audiences' login, so that the server keeps the audience to its own. */
  login?: string | undefined;
  /** On PostgreSQL: the same database as the analysts' login, which reads for those who may see all. */
  analysts?: string | undefined;
}

/**
 * Opens an existing ledger for reading as an audience sees it, with the units of one night for all nights. What a
 * run counts, and its problem, is null there, since it is of all targets. A filter without a condition gives the
 * whole ledger.
 *
 * @throws NoLedgerError, UnreadableLedgerError, NoAudienceTargetsError
 */
export async function openScopedReader(
  place: string,
  filter: AudienceFilter,
  dataDate: string,
  { login, analysts }: ScopedReaderOptions = {},
): Promise<ScopedReader> {
  if (CONDITIONS.every((condition) => filter[condition] === undefined)) {
    const whole = analysts === undefined ? openReader(place) : openReaderAs(place, analysts);
    return { ...(await whole), unmatched: [] };
  }
  if (login !== undefined && isPostgresUrl(place))
    return await openAudienceReader(place, login, filter, dataDate);
  const { statements, schema, unmatched } = await scopeOf(place, filter, dataDate);
  let opened: Kysely<Views> | undefined;
  try {
    const dialect = isPostgresUrl(place)
      ? postgresDialect(place, { readOnly: true, scope: { statements, schema } })
      : readOnlyDialect(place, statements);
    const db = new Kysely<Views>({ dialect });
    opened = db;
    await sql`SELECT 1 FROM coverage_daily LIMIT 1`.execute(db);
    return { db: db as unknown as ReadonlyKysely<Views>, close: () => db.destroy(), unmatched };
  } catch (error) {
    await opened?.destroy();
    throw new UnreadableLedgerError(shownPlace(place), error);
  }
}
