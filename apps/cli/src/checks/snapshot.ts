import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { isDamage, isPostgresUrl, latestDay, openReader } from "@nightledger/store";
import type { Config } from "../config.ts";
import { holdAgainstSurroundings } from "../ledger/contradiction-of.ts";
import { bytesText } from "./disk.ts";
import { type Finding, findingOf } from "./finding.ts";
import { existing, unwritable } from "./unwritable.ts";

/** The cure where nothing stands in the way. */
const NOW = '"nightledger backup --snapshot" writes it now; so does the next good run.';

/** What a ledger has, as analysts see it. */
interface Seen {
  /** The newest night up to today with an answer; null is none. */
  night: string | null;
  /** The newest run; null is none. */
  runId: number | null;
}

async function seenIn(path: string): Promise<Seen> {
  const reader = await openReader(path);
  try {
    const night = await reader.db
      .selectFrom("coverage_daily")
      .select((eb) => eb.fn.max<string | null>("data_date").as("newest"))
      .where("fresh", ">", 0)
      .where("data_date", "<=", latestDay())
      .executeTakeFirst();
    const run = await reader.db
      .selectFrom("run_history")
      .select((eb) => eb.fn.max<number | null>("run_id").as("newest"))
      .where("status", "<>", "running")
      .executeTakeFirst();
    return { night: night?.newest ?? null, runId: run?.newest == null ? null : Number(run.newest) };
  } finally {
    await reader.close();
  }
}

/** What keeps the copy from being written, with its cure; null is nothing that shows. */
async function obstacle(database: string, snapshot: string): Promise<string | null> {
  if (existsSync(snapshot) && statSync(snapshot).isDirectory()) {
    return `${snapshot} is a folder: move it away, or name another file as snapshot.`;
  }
  const folder = dirname(snapshot);
  const problem = unwritable(folder, "folder");
  if (problem !== null) return problem;
  const needed = statSync(database).size;
  const { bavail, bsize } = await statfs(existing(folder));
  const free = bavail * bsize;
  if (free >= needed) return null;
  return `It needs ${bytesText(needed)} beside it while it is written, and ${bytesText(free)} are free. Make room in ${folder}, or name a place on another disk as snapshot.`;
}

const warning = (detail: string) => ({ status: "warning", detail }) as const;

/** A copy that has more than the ledger, which only somebody's decision can have caused. */
async function newerCopy(config: Config, said: string, now: Date) {
  const { contradiction } = await holdAgainstSurroundings(config, now);
  if (contradiction !== null) {
    return warning(
      `${said}: the copy is of a ledger that had more. What to do stands beside "surroundings"; once that is decided the next good run writes the copy again.`,
    );
  }
  return warning(`${said}: a night was taken out, or an older ledger restored, since it was written. ${NOW}`);
}

async function compared(config: Config, snapshot: string, now: Date) {
  const { database } = config;
  const ledger = await seenIn(database);
  const cure = async () => (await obstacle(database, snapshot)) ?? NOW;
  if (!existsSync(snapshot)) {
    if (ledger.night === null) return "It is not there yet; the first good run writes it.";
    return warning(`It is not there. ${await cure()}`);
  }
  let copy: Seen;
  try {
    if (statSync(snapshot).isDirectory()) return warning(`It is no file. ${await cure()}`);
    copy = await seenIn(snapshot);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return warning(`Its file is damaged; the ledger is another file. ${await cure()}`);
  }
  const ends = ledger.night ?? "no night";
  if (copy.night !== null && (ledger.night === null || copy.night > ledger.night)) {
    return await newerCopy(config, `Analysts see ${copy.night}, and the ledger ends with ${ends}`, now);
  }
  if (copy.night !== ledger.night) {
    return warning(`Analysts see ${copy.night ?? "no night"}, and the ledger has ${ends}. ${await cure()}`);
  }
  if ((copy.runId ?? 0) < (ledger.runId ?? 0)) {
    return warning(
      `Analysts see the newest night, ${ends}, as it was after run ${copy.runId}; the ledger had run ${ledger.runId} since. ${await cure()}`,
    );
  }
  return `Analysts see the newest night, ${ends}.`;
}

/** Do analysts see the newest night? */
export async function* snapshotFinding(config: Config, now: Date): AsyncGenerator<Finding> {
  const { database, snapshot } = config;
  if (snapshot === null || isPostgresUrl(database) || !existsSync(database)) return;
  yield await findingOf("snapshot", snapshot, () => compared(config, snapshot, now));
}
