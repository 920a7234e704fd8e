import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "@nightledger/store";
import { Progress } from "../progress.ts";
import { type Recorded, recordNight } from "../record-night.ts";
import type { NightOrder } from "./night.ts";

/** The longest that a timer can wait. Milliseconds. */
const MAX_TIMER_MS = 2_147_483_647;

/** A night's targets as they are on record. */
export interface Coverage {
  expected: number;
  fresh: number;
  missing: number;
  /** Missing for a reason that may pass by itself. */
  mayCome: number;
}

/** Kinds of failure that another run may mend. Others need somebody; asking again with a refused key locks it. */
const PASSING = ["not_attempted", "network", "timeout", "throttled", "cloud"];

export async function coverageOf({ db }: Ledger, dataDate: string): Promise<Coverage> {
  const all = await db
    .selectFrom("coverage_daily")
    .select(["expected", "fresh", "missing"])
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  const passing = await db
    .selectFrom("coverage_failure_daily")
    .select((eb) => eb.fn.sum<number | null>("targets").as("targets"))
    .where("data_date", "=", dataDate)
    .where("failure_kind", "in", PASSING)
    .executeTakeFirst();
  return { expected: 0, fresh: 0, missing: 0, ...all, mayCome: Number(passing?.targets ?? 0) };
}

/** Whether a run of the night is complete: then nothing is asked again. */
async function isComplete({ db }: Ledger, dataDate: string): Promise<boolean> {
  const done = await db
    .selectFrom("run_history")
    .select("run_id")
    .where("kind", "=", "ingest")
    .where("data_date", "=", dataDate)
    .where("status", "=", "complete")
    .executeTakeFirst();
  return done !== undefined;
}

/** An alarm at a time; null rings never. */
function alarmAt(end: Date | null, now: Date): { signal: AbortSignal; off(): void } {
  const alarm = new AbortController();
  if (end === null) return { signal: alarm.signal, off: () => {} };
  // a timer that is set to more than it can wait rings at once
  const leftMs = Math.min(MAX_TIMER_MS, Math.max(0, end.getTime() - now.getTime()));
  const timer = setTimeout(
    () => alarm.abort(new DOMException("The deadline has come.", "AbortError")),
    leftMs,
  );
  return { signal: alarm.signal, off: () => clearTimeout(timer) };
}

/** Discovery may take half of the time: an account that does not answer must leave the others theirs. */
const halfwayTo = (end: Date | null, now: Date): Date | null =>
  end === null ? null : new Date((end.getTime() + now.getTime()) / 2);

/**
 * Fetches what the night still lacks, run after run, until nothing more can be had or the time is over. Without an end
 * it is one run. Gives what the last run left; null where none was needed.
 */
export async function fetchUntil(
  ledger: Ledger,
  order: NightOrder,
  end: Date | null,
): Promise<Recorded | null> {
  const { config, dataDate, terminal, watch } = order;
  if (await isComplete(ledger, dataDate)) return null;
  const alarm = alarmAt(end, terminal.now());
  const stop = AbortSignal.any([terminal.signal, alarm.signal]);
  try {
    for (;;) {
      const night = { dataDate };
      const progress = new Progress(terminal, order.quiet);
      const discovery = alarmAt(halfwayTo(end, terminal.now()), terminal.now());
      const ends = { deadline: alarm.signal, discoveryDeadline: discovery.signal };
      const recorded = await recordNight(
        ledger,
        { config, night, terminal, ...ends, watch, work: order.work },
        progress,
      ).finally(discovery.off);
      const { mayCome } = await coverageOf(ledger, dataDate);
      if (end === null || mayCome === 0 || stop.aborted) return recorded;
      const pauseMs = config.nightly.retryMinutes * 60_000;
      if (terminal.now().getTime() + pauseMs >= end.getTime()) return recorded;
      watch.info(
        `${mayCome} targets may still answer: asking again in ${config.nightly.retryMinutes} minutes`,
      );
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => {});
      if (stop.aborted) return recorded;
    }
  } finally {
    alarm.off();
  }
}
