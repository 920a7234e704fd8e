import { isDamage } from "./backup/damage.ts";
import { restoreAdvice } from "./backup/known-backups.ts";
import { isPostgresUrl } from "./place.ts";
import { shownBytes } from "./query/memory-limit.ts";
import type { LeaseRow } from "./tables.ts";

const whyOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** There is no ledger where one was to be read. */
export class NoLedgerError extends Error {
  constructor(path: string) {
    super(
      `There is no ledger at ${path}. Run "nightledger ingest" first, or check "database" in the configuration.`,
    );
    this.name = "NoLedgerError";
  }
}

function unreadable(place: string, cause: unknown): string {
  if (isPostgresUrl(place)) {
    return `cannot be opened (${whyOf(cause)}). Check that the server is up, and the host, the database, the user and PGPASSWORD.`;
  }
  if (isDamage(cause))
    return `cannot be read: its file is damaged (${whyOf(cause)}). ${restoreAdvice(place)}`;
  return `cannot be opened (${whyOf(cause)}). Check the path, its permissions and the disk.`;
}

/** The file or the database is there, but it is no ledger, or cannot be opened; or its file is damaged. */
export class UnreadableLedgerError extends Error {
  constructor(place: string, cause: unknown) {
    super(`The ledger at ${place} ${unreadable(place, cause)}`, { cause });
    this.name = "UnreadableLedgerError";
  }
}

/** The ledger's tables are those of a later version, which this one would misread. */
export class NewerLedgerError extends Error {
  constructor(theirs: string, ours: string) {
    super(
      `The ledger has the tables of a later nightledger (${theirs}; this one knows them up to ${ours}). ` +
        "Nothing was changed. Upgrade this one, and start it again.",
    );
    this.name = "NewerLedgerError";
  }
}

/** The ledger has been through a migration that this version does not know. */
export class UnknownMigrationError extends Error {
  constructor(migration: string) {
    super(
      `The ledger has been through the migration ${migration}, which this nightledger does not know: another development of it has written there. ` +
        "Nothing was changed. Use the version that wrote it last, or restore a backup from before.",
    );
    this.name = "UnknownMigrationError";
  }
}

/** A migration was edited after the ledger had been through it. */
export class EditedMigrationError extends Error {
  constructor(migration: string) {
    super(
      `The ledger has been through another wording of the migration ${migration} than this nightledger has, so its tables may differ from what this one expects. ` +
        "Nothing was changed. Use the version that wrote it last; applied migrations are frozen, so this one is not a release.",
    );
    this.name = "EditedMigrationError";
  }
}

/** The ledger has the schema of an earlier version, and what is asked of it needs this one's. */
export class OlderLedgerError extends Error {
  constructor(theirs: string, ours: string) {
    super(
      `The ledger has the schema of an earlier nightledger (${theirs}; this one reads ${ours}). ` +
        'Bring it up to date first: "nightledger migrate". The next ingest does it, too.',
    );
    this.name = "OlderLedgerError";
  }
}

const NOTHING_CHANGED =
  "Nothing was changed: every table, view and right is as it was, for the version that wrote it last. Go on with that version";

/** A step of an upgrade failed, and all of it was taken back. */
export class UpgradeError extends Error {
  constructor(from: string | null, to: string, step: string, cause: unknown) {
    super(
      `The ledger was not upgraded from ${from ?? "nothing"} to ${to}: ${step} failed (${whyOf(cause)}). ${NOTHING_CHANGED}; ` +
        `mend the cause, and try it with "nightledger migrate --check".`,
      { cause },
    );
    this.name = "UpgradeError";
  }
}

/** Something that others have made of the ledger's views or tables would break. */
export class BlockedUpgradeError extends Error {
  readonly blockers: readonly { name: string; sql: string }[];

  constructor(blockers: readonly { name: string; sql: string }[]) {
    const names = blockers.map(({ name }) => name).join(", ");
    const texts = blockers
      .filter((each) => each.sql !== "")
      .map((each) => each.sql.trim().replace(/;?$/, ";"));
    super(
      `The ledger was not upgraded: what others have made of its views is in the way: ${names}. ${NOTHING_CHANGED}, ` +
        `or drop these, run "nightledger migrate", and make them again.${texts.map((text) => `\n\n${text}`).join("")}`,
    );
    this.name = "BlockedUpgradeError";
    this.blockers = blockers;
  }
}

/** Who holds what an upgrade has to change. `since` is null where the login may not see it. */
export interface LockHolder {
  pid: number;
  user: string;
  application: string;
  since: Date | null;
}

/** Others use the ledger for so long that an upgrade gave up waiting. */
export class LockedUpgradeError extends Error {
  constructor(holders: readonly LockHolder[]) {
    const named = holders.map(
      ({ pid, user, application, since }) =>
        `process ${pid} of ${user}${application === "" ? "" : ` (${application})`}` +
        `${since === null ? "" : ` since ${since.toISOString().slice(0, 19)}Z`}`,
    );
    const who = named.length === 0 ? "another process" : named.join(", ");
    super(
      `The ledger was not upgraded: it waited too long for ${who}, which uses it. Nothing was changed. Wait for it to end, or end it, and run the same command again.`,
    );
    this.name = "LockedUpgradeError";
  }
}

const MOST_LINES = 6;

/** The tables are not those that the ledger's migrations make. */
export class OtherStructureError extends Error {
  constructor(
    differences: readonly { table: string; missing: readonly string[]; extra: readonly string[] }[],
  ) {
    const lines = differences.flatMap(({ table, missing, extra }) => [
      ...missing.map((line) => `${table} lacks "${line}"`),
      ...extra.map((line) => `${table} has "${line}"`),
    ]);
    const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : "";
    super(
      `The ledger was not upgraded: its tables are not those that its migrations make (${lines.slice(0, MOST_LINES).join("; ")}${more}). ` +
        "Nothing was changed. Somebody has altered them, or an unreleased version has made them: put them right, or restore a backup.",
    );
    this.name = "OtherStructureError";
  }
}

/** There is no room for what was to be written. */
export class DiskFullError extends Error {
  constructor(code: string, cause: unknown) {
    super(
      `The ledger cannot be written: there is no room left where "database" lies (${code}). What is on record stays. ` +
        "Make room there, then run the same command again: it fetches only what is missing.",
      { cause },
    );
    this.name = "DiskFullError";
  }
}

/** A query that is not run over a ledger, because it is more than a question. */
export class QueryRefusedError extends Error {
  /** The reason alone. */
  readonly why: string;

  constructor(why: string) {
    super(`The query is refused: ${why}.`);
    this.name = "QueryRefusedError";
    this.why = why;
  }
}

/** A query that the database cannot answer. */
export class QueryError extends Error {
  /** The reason alone. */
  readonly why: string;

  constructor(why: string) {
    super(
      `The query cannot be answered: ${why}. "nightledger dictionary" lists the views and their columns.`,
    );
    this.name = "QueryError";
    this.why = why;
  }
}

/** A ledger that could not be copied into another database. What is there of it stays; the same copy goes on. */
export class CopyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CopyError";
  }
}

/** A raw answer that is not what it was when it was kept. */
export class DamagedPayloadError extends Error {
  constructor(payloadId: number, cause?: unknown) {
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    super(
      `Payload ${payloadId} does not give the bytes that its hash stands for${why}: the ledger is damaged. Run "nightledger doctor", and restore a backup.`,
      { cause },
    );
    this.name = "DamagedPayloadError";
  }
}

/** A block of payloads that could not be made; every payload stays as it was. */
export class PackingError extends Error {
  constructor(why: string) {
    super(`A block of payloads is not kept: ${why}. Nothing is lost. Run it again; check memory and disk.`);
    this.name = "PackingError";
  }
}

/** A run that has ended, and was sealed, is written under. */
export class RunOverError extends Error {
  constructor(runId: number, status: string) {
    super(
      `Run ${runId} has ended already (${status}): another run began while it was under way. What it has on record stays. Let one run at a time write the ledger.`,
    );
    this.name = "RunOverError";
  }
}

/** A copy of the ledger (a backup, the analysts' snapshot, a restored ledger) could not be written. */
export class UnwrittenFileError extends Error {
  constructor(what: string, path: string, cause: unknown) {
    super(
      `${what} ${path} could not be written (${whyOf(cause)}). What was there before is as it was. Check the folder, its permissions and the room on its disk.`,
      { cause },
    );
    this.name = "UnwrittenFileError";
  }
}

/** A file would be overwritten by a copy that nobody forced. */
export class FileExistsError extends Error {
  constructor(path: string) {
    super(`${path} is there already. Name another file, or overwrite it with --force.`);
    this.name = "FileExistsError";
  }
}

/** A file that is to be restored is damaged. */
export class DamagedFileError extends Error {
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[], cure = "Take another backup.") {
    super(`${path} is damaged (${problems.slice(0, 3).join("; ")}). ${cure}`);
    this.name = "DamagedFileError";
    this.problems = problems;
  }
}

/** A ledger is not replaced, since that would lose something, or since it is in use. */
export class RestoreRefusedError extends Error {
  constructor(path: string, why: string) {
    super(`The ledger at ${path} is not replaced: ${why}.`);
    this.name = "RestoreRefusedError";
  }
}

/** A query that ran into its time limit, and was stopped. */
export class QueryTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(
      `The query was stopped: it had no answer after ${timeoutMs / 1000} s, its time limit. Ask for less, for instance one data_date, or give it longer with --timeout.`,
    );
    this.name = "QueryTimeoutError";
  }
}

/** A query that needed more memory than it may take, and was stopped. */
export class QueryMemoryError extends Error {
  constructor(memoryBytes: number, why = "it needs more") {
    super(
      `The query was stopped: ${why}, and its memory limit is ${shownBytes(memoryBytes)}. Ask for fewer or shorter rows, or give it more with --memory.`,
    );
    this.name = "QueryMemoryError";
  }
}

/** A role that was to be one that only reads may do more. */
export class GrantError extends Error {
  constructor(role: string, why: string) {
    super(
      `Nothing was granted: the role ${role} ${why}, so it can do more than read. Name another with --role.`,
    );
    this.name = "GrantError";
  }
}

/** A dataset of a report that ran into its time limit, and was stopped. */
export class DatasetTimeoutError extends Error {
  constructor(limitMs: number) {
    super(
      `it was stopped: it had no answer after ${limitMs / 1000} s, its time limit. Select less, for instance one data_date`,
    );
    this.name = "DatasetTimeoutError";
  }
}

/** A dataset of a report that needed more memory than it may take, and was stopped. */
export class DatasetMemoryError extends Error {
  constructor(memoryBytes: number) {
    super(
      `it was stopped: it needs more memory than its limit of ${shownBytes(memoryBytes)}. Select fewer or shorter rows`,
    );
    this.name = "DatasetMemoryError";
  }
}

/** The process of a query ended before its answer was whole. */
export class QueryProcessError extends Error {
  constructor(how: string) {
    super(
      `The query's own process ended early (${how}). Ask again; if it ends again, look whether the machine is out of memory.`,
    );
    this.name = "QueryProcessError";
  }
}

const MOST_NAMES = 20;
const listed = (names: readonly string[]): string =>
  names.length === 0
    ? "none"
    : names.slice(0, MOST_NAMES).join(", ") +
      (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "");

/** An audience that no target belongs to. For who runs the report alone: it names what others have. */
export class NoAudienceTargetsError extends Error {
  constructor(
    dataDate: string,
    conditions: readonly { condition: string; names: readonly string[]; known: readonly string[] }[],
  ) {
    const asked = conditions.map(({ condition, names }) => `${condition}: ${listed(names)}`).join("; ");
    const known = conditions.map((one) => `${one.condition}: ${listed(one.known)}`).join("; ");
    super(
      `No target on record is of the audience (${asked}) on ${dataDate}. On record are ${known}. Check "audiences" and the accounts' units in the configuration.`,
    );
    this.name = "NoAudienceTargetsError";
  }
}

const clock = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** Another run is under way. */
export class LeaseHeldError extends Error {
  constructor({ what, host, pid, since, heard_at, lapses_at }: Omit<LeaseRow, "name" | "token">) {
    super(
      `Another run is under way: ${what}, process ${pid} on ${host}, since ${clock(since)}. It was heard of at ` +
        `${clock(heard_at)}; if it is not again by ${clock(lapses_at)} its place is free. Wait for it, or end it.`,
    );
    this.name = "LeaseHeldError";
  }
}

/** The run said nothing for too long, and another has taken its place. */
export class LeaseLostError extends Error {
  constructor() {
    super(
      "Another run has taken this one's place, which had said nothing for a minute (was the machine asleep?). " +
        "What is on record stays; the other one does the rest.",
    );
    this.name = "LeaseLostError";
  }
}
