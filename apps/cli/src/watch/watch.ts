import type { TargetOutcome } from "@nightledger/ingest";
import type { ExitStatus } from "../exit-status.ts";

/** What is told beside a line, for machines. */
export type Fields = Record<string, unknown>;

/** How the work ended. */
export interface WatchEnd {
  status: ExitStatus;
  /** What people are told of it. */
  summary: string;
}

/**
 * What a night tells while it is under way: lines to whoever reads, pings to a watchdog, figures and traces to those who
 * collect them. No secret of the configuration gets into any of it, and none of it ever breaks the night.
 */
export interface Watch {
  /** Whether lines are JSON: then nothing else may be written between them. */
  readonly json: boolean;
  /** Says that the work begins: the start ping. Nobody waits for its answer. */
  began(): void;
  info(text: string, fields?: Fields): void;
  warn(text: string, fields?: Fields): void;
  error(text: string, fields?: Fields): void;
  /** A stretch of the night. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** What became of a target. */
  onOutcome(outcome: TargetOutcome): void;
  /** The last lines that people were told, newest last, without secrets. */
  lastLines(): string[];
  /**
   * Writes the figures, pings, and hands the traces over; that takes about five seconds at most. Never throws: what of it
   * fails is told as a line.
   */
  ended(end: WatchEnd): Promise<void>;
}
