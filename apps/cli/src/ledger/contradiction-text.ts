import { type Contradiction, isPostgresUrl, shownPlace, type Witness } from "@nightledger/store";
import type { Surroundings } from "./contradiction-of.ts";

const HEX_SHOWN = 12;

function witnessText({ what, file, runId, dataDate, hash }: Witness): string {
  const seal = hash === null ? "" : `, seal ${hash.slice(0, HEX_SHOWN)}…`;
  return what === "copy"
    ? `the analysts' copy ${file} has run ${runId} (night ${dataDate}${seal})`
    : `the manifest ${file} was made after run ${runId} (night ${dataDate}${seal})`;
}

/** What a ledger has, and what contradicts it, in a sentence. */
export function contradictionText(database: string, { kind, last, witness }: Contradiction): string {
  const place = shownPlace(database);
  const ending = last === null ? "it has no run" : `it ends with run ${last.runId} (night ${last.dataDate})`;
  const seen = witness === null ? "" : `, and ${witnessText(witness)}`;
  switch (kind) {
    case "missing":
      return `There is no ledger at ${place}${seen}.`;
    case "empty":
      return `The ledger at ${place} is empty${seen}.`;
    case "older":
      return `The ledger at ${place} is older than what was made from it: ${ending}${seen}.`;
    case "other":
      return `The ledger at ${place} has another history than what was made from it: ${ending}${seen}, which is not in its chain.`;
  }
}

function restoreText({ database, snapshot }: Surroundings, { witness }: Contradiction): string {
  if (isPostgresUrl(database)) return "Restore the newest dump with pg_restore";
  if (witness?.what === "copy")
    return `Put the copy in its place: "nightledger restore ${snapshot ?? witness.file}"`;
  return 'Put the newest backup in its place: "nightledger restore FILE"';
}

/** What to do about it. */
export function contradictionCure(around: Surroundings, contradiction: Contradiction): string {
  const { kind, witness } = contradiction;
  const goOn =
    'or go on with it as it is, on record: "nightledger ingest --accept-older-ledger REASON" ("nightly" takes it, too).';
  if (witness === null)
    return `Remove the file if this is to be the first night. Else: ${restoreText(around, contradiction)}; ${goOn}`;
  const shared =
    kind === "other" && witness.what === "manifest"
      ? ' If another ledger writes its reports there, give each a "reports" folder of its own.'
      : "";
  return `${restoreText(around, contradiction)}; ${goOn}${shared}`;
}
