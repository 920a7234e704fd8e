import { setTimeout as sleep } from "node:timers/promises";
import { isPostgresUrl, type Reader } from "@nightledger/store";
import type { Terminal } from "../verb.ts";
import { type RunProgress, type Watched, watchedText } from "./work-text.ts";

/** How often it looks. Milliseconds. */
const LOOK_MS = 2000;

async function progressOf({ db }: Reader): Promise<RunProgress | null> {
  const run = await db
    .selectFrom("run_history")
    .select(["run_id", "data_date", "status"])
    .where("kind", "=", "ingest")
    .orderBy("run_id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (run === undefined) return null;
  const coverage = await db
    .selectFrom("coverage_daily")
    .select(["expected", "fresh", "missing"])
    .where("data_date", "=", run.data_date)
    .executeTakeFirst();
  return { ...run, ...(coverage ?? { expected: 0, fresh: 0, missing: 0 }) };
}

async function look(reader: Reader, database: string, now: Date): Promise<Watched> {
  const { workStatus } = await import("@nightledger/worker");
  const work = isPostgresUrl(database) ? await workStatus(reader) : null;
  return { at: now.toISOString(), run: await progressOf(reader), work };
}

/** Shows what goes on, again and again until it is stopped: on a terminal in place, else one after the other. */
export async function watchRuns(
  terminal: Terminal,
  reader: Reader,
  { database, json }: { database: string; json: boolean },
): Promise<void> {
  while (!terminal.signal.aborted) {
    const seen = await look(reader, database, terminal.now());
    if (!json && terminal.outInteractive) terminal.clear();
    terminal.out(`${json ? JSON.stringify(seen) : watchedText(seen)}\n`);
    await sleep(LOOK_MS, undefined, { signal: terminal.signal }).catch(() => {});
  }
}
