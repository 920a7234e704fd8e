import type { ReportAudience } from "@nightledger/report";
import { openReader, type Reader } from "@nightledger/store";
import type { Config } from "./config.ts";
import { UsageError } from "./errors.ts";

/** The ledger as an audience may see it. */
export interface AudienceReader extends Reader {
  /** Null where all targets are shown. */
  audience: ReportAudience;
}

/**
 * Opens the ledger for reading: all of it, or what concerns an audience alone.
 *
 * @throws UsageError where there is no such audience; NoLedgerError, UnreadableLedgerError
 */
export async function openReaderFor(config: Config, audience: string | undefined): Promise<AudienceReader> {
  if (audience !== undefined) {
    throw new UsageError(`There is no audience "${audience}" in the configuration. Leave --audience out.`);
  }
  return { ...(await openReader(config.database)), audience: null };
}
