import type { TargetOutcome } from "@nightledger/ingest";
import type { Config } from "../config.ts";
import { EXIT } from "../exit-status.ts";
import type { Terminal } from "../verb.ts";
import { jsonLines } from "./json-lines.ts";
import type { Level, Lines } from "./lines.ts";
import type { LogForm } from "./log-option.ts";
import { writeMetricsFile } from "./metrics-file.ts";
import { nightMetrics } from "./night-metrics.ts";
import { type Redactor, redactedValue, redactorOf } from "./redactor.ts";
import { lineText, textLines } from "./text-lines.ts";
import { openTrace, type Trace } from "./traces.ts";
import type { Fields, Watch, WatchEnd } from "./watch.ts";
import { Watchdog } from "./watchdog.ts";

/** How many lines operators are sent. */
const KEPT_LINES = 40;
/** How many missing targets of a run people are told of one by one. */
const NAMED_TARGETS = 20;
/** How long a collector of traces may take. Milliseconds. */
const PATIENCE_MS = 5000;

/** What is watched. */
export interface Watched {
  verb: "nightly" | "ingest" | "worker";
  /** `YYYY-MM-DD`; null of a worker, which has work of any night. */
  dataDate: string | null;
  form: LogForm;
  /** The least that people are told; machines are told everything. Default info. */
  least?: Level;
}

/** What a watch uses. */
interface Parts {
  config: Config;
  terminal: Terminal;
  watched: Watched;
  lines: Lines;
  redact: Redactor;
  /** Null where none is asked for. */
  trace: Trace | null;
}

const LEVELS: readonly Level[] = ["info", "warn", "error"];
const NO_PINGS = { start: null, success: null, failure: null };

class OpenWatch implements Watch {
  readonly json: boolean;
  readonly #parts: Parts;
  /** Pings and figures are of the nightly: an ingest by hand must not stand in for a night that failed. */
  readonly #isNightly: boolean;
  readonly #watchdog: Watchdog;
  readonly #last: string[] = [];
  readonly #phases = new Map<string, number>();
  #run: number | null = null;
  #missing = 0;

  constructor(parts: Parts) {
    const { watched, config } = parts;
    this.#parts = parts;
    this.json = watched.form === "json";
    this.#isNightly = watched.verb === "nightly";
    this.#watchdog = new Watchdog(this.#isNightly ? config.operations.ping : NO_PINGS, config.network);
  }

  began(): void {
    this.#watchdog.began();
  }

  info(text: string, fields?: Fields): void {
    this.#tell("info", text, fields);
  }

  warn(text: string, fields?: Fields): void {
    this.#tell("warn", text, fields);
  }

  error(text: string, fields?: Fields): void {
    this.#tell("error", text, fields);
  }

  async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const end = this.#parts.trace?.phase(name);
    this.info(`${name}: begins`, { phase: name });
    try {
      const result = await work();
      end?.(null);
      this.info(`${name}: done`, { phase: name, seconds: this.#took(name, begun) });
      return result;
    } catch (error) {
      const why = this.#parts.redact((error as Error).message);
      end?.(why);
      this.warn(`${name} broke off: ${why}`, { phase: name, seconds: this.#took(name, begun) });
      throw error;
    }
  }

  onOutcome({ runId, target, failureKind, detail, ms, waitedMs, attempts }: TargetOutcome): void {
    if (runId !== this.#run) this.#missing = 0;
    this.#run = runId;
    const { account, region, projectId, projectName } = target;
    const name = `${account}/${region}/${projectName}`;
    const about = {
      target: `${account}/${region}/${projectId}`,
      project_name: projectName,
      ms,
      waited_ms: waitedMs,
      attempts,
    };
    if (failureKind === null) {
      this.#write("info", `${name} is fresh`, { ...about, outcome: "fresh" });
      return;
    }
    const text = `${name} is missing, ${failureKind}: ${detail}`;
    this.#write("warn", text, { ...about, outcome: "missing", failure_kind: failureKind });
    this.#missing += 1;
    if (this.#missing <= NAMED_TARGETS) this.#show("info", text);
    if (this.#missing === NAMED_TARGETS + 1) {
      this.#show("info", `More targets are missing: "nightledger runs show ${runId}" has all.`);
    }
  }

  lastLines(): string[] {
    return [...this.#last];
  }

  async ended(end: WatchEnd): Promise<void> {
    // another night is under way, and tells of itself
    if (end.status === EXIT.locked) return;
    const { redact } = this.#parts;
    const summary = end.summary.split("\n").map(redact).join("\n");
    const problems = await Promise.all([
      this.#writeMetrics(end).catch((error: unknown) => [
        `The metrics were not written: ${(error as Error).message}`,
      ]),
      this.#watchdog.ended({ ...end, summary }),
      this.#endTrace(end).catch((error: unknown) => [
        `The traces were not taken: ${(error as Error).message}`,
      ]),
    ]);
    for (const problem of problems.flat()) this.warn(problem);
  }

  #took(name: string, begun: number): number {
    const seconds = Math.round(performance.now() - begun) / 1000;
    this.#phases.set(name, (this.#phases.get(name) ?? 0) + seconds);
    return seconds;
  }

  #tell(level: Level, text: string, fields: Fields = {}): void {
    this.#write(level, text, fields);
    this.#show(level, text);
  }

  /** To people; and kept for operators, where something goes wrong. */
  #show(level: Level, said: string): void {
    const { lines, terminal, config, watched, redact } = this.#parts;
    const text = redact(said);
    this.#last.push(lineText(level, text, config.timeZone, terminal.now()));
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    const shown = LEVELS.indexOf(level) >= LEVELS.indexOf(watched.least ?? "info");
    if (!this.json && shown) lines.tell(level, text, {});
  }

  /** To machines. */
  #write(level: Level, text: string, fields: Fields): void {
    if (!this.json) return;
    const { lines, redact } = this.#parts;
    const run = this.#run === null ? {} : { run: this.#run };
    lines.tell(level, redact(text), { ...run, ...(redactedValue(fields, redact) as Fields) });
  }

  async #writeMetrics({ status }: WatchEnd): Promise<string[]> {
    const { config, terminal, watched } = this.#parts;
    const { metrics } = config.operations;
    const { dataDate } = watched;
    if (metrics === null || dataDate === null || !this.#isNightly) return [];
    const problems: string[] = [];
    const figures = await nightMetrics(config.database, dataDate).catch((error: unknown) => {
      problems.push(`The metrics are without the ledger's figures: ${(error as Error).message}`);
      return [];
    });
    const run = { status, endedAt: terminal.now(), dataDate, phases: this.#phases };
    await writeMetricsFile({ file: metrics, permissions: config.permissions.metrics }, run, figures);
    return problems;
  }

  async #endTrace({ status }: WatchEnd): Promise<string[]> {
    const { trace } = this.#parts;
    if (trace === null) return [];
    const run = this.#run === null ? {} : { "nightledger.run": this.#run };
    const broken = status === EXIT.complete ? null : `exit status ${status}`;
    const problem = await trace.end({ "nightledger.exit_status": status, ...run }, broken);
    return problem === null ? [] : [`The traces were not taken: ${problem}.`];
  }
}

/** Begins to watch. */
export async function openWatch(config: Config, terminal: Terminal, watched: Watched): Promise<Watch> {
  const { verb, dataDate, form } = watched;
  const { traces } = config.operations;
  const trace =
    traces === null || dataDate === null
      ? null
      : await openTrace(traces, `nightledger ${verb}`, {
          fields: { "nightledger.verb": verb, "nightledger.data_date": dataDate },
          timeoutMs: PATIENCE_MS,
          routes: config.network,
        });
  return new OpenWatch({
    config,
    terminal,
    watched,
    redact: redactorOf(config),
    lines: form === "json" ? await jsonLines(terminal, watched) : textLines(terminal, config.timeZone),
    trace,
  });
}
