import { findDataDate, type ReportAudience } from "@nightledger/report";
import {
  openReader,
  openReaderAs,
  openScopedReader,
  type Reader,
  requireCurrentSchema,
} from "@nightledger/store";
import type { Config } from "./config.ts";
import { UsageError } from "./errors.ts";

/** The ledger as an audience may see it. */
export interface AudienceReader extends Reader {
  /** Null where all targets are shown. */
  audience: ReportAudience;
  /** The audience's own language. */
  locale: string | undefined;
}

/** @throws UsageError */
function audienceNamed({ audiences }: Pick<Config, "audiences">, name: string) {
  const audience = Object.hasOwn(audiences, name) ? audiences[name] : undefined;
  if (audience !== undefined) return audience;
  const known = Object.keys(audiences).join(", ") || "none";
  throw new UsageError(`There is no audience "${name}" in the configuration. There is: ${known}.`);
}

/** @throws NoLedgerError, NoDataError */
async function dateIn(database: string, wanted: string | undefined): Promise<string> {
  const reader = await openReader(database);
  try {
    return await findDataDate(reader.db, wanted);
  } finally {
    await reader.close();
  }
}

/**
 * Opens the ledger for reading: all of it, or what concerns an audience alone, as its units were on a night (the
 * newest where none is named).
 *
 * @throws UsageError where there is no such audience; NoLedgerError, OlderLedgerError, UnreadableLedgerError, NoDataError,
 *   NoAudienceTargetsError
 */
export async function openReaderFor(
  config: Pick<Config, "database" | "analysts" | "audiences">,
  name: string | undefined,
  dataDate: string | undefined,
): Promise<AudienceReader> {
  await requireCurrentSchema(config.database);
  const analysts = config.analysts?.login.reveal();
  if (name === undefined) {
    const { database } = config;
    const reader = analysts === undefined ? openReader(database) : openReaderAs(database, analysts);
    return { ...(await reader), audience: null, locale: undefined };
  }
  const { title, locale, ...filter } = audienceNamed(config, name);
  const night = await dateIn(config.database, dataDate);
  const reader = await openScopedReader(config.database, filter, night, {
    login: config.analysts?.audiences?.reveal(),
    analysts,
  });
  return { ...reader, audience: { name, title: title ?? name }, locale };
}
