import type { CallWatcher, Network } from "@nightledger/core";
import type { RunMinute, RunStatistics, SlowTarget } from "@nightledger/store";
import type { TargetOutcome } from "./job.ts";

/** Operations that have a quota by the minute (HSS, "API Throttling"). */
const WITH_QUOTA = new Set(["ListSecurityRisk", "ShowRiskScore"]);
/** How many targets are kept as the slowest. */
const SLOWEST = 10;
const MINUTE_MS = 60_000;

/** A quota holds nobody up for less; a busy machine does. */
const LEAST_MS = 50;

const busyMs = ({ ms, waitedMs }: SlowTarget): number => ms - waitedMs;

/** What another process did for a run. */
export interface WorkDone {
  calls: number;
  /** Those of them that a quota by the minute counts. */
  quotaCalls: number;
  /** Of bodies, unpacked. */
  receivedBytes: number;
  /** How long nothing but the quota held it up. Milliseconds. */
  throttledMs: number;
}

/** Whether a quota by the minute counts the calls of an operation. */
export const hasQuota = (operation: string): boolean => WITH_QUOTA.has(operation);

/** Measures what a run costs: calls, bytes, time, and how much of it went by waiting for quota. */
export class RunMeter implements CallWatcher {
  readonly #begun = performance.now();
  readonly #networks: ReadonlySet<Network>;
  readonly #minutes = new Map<number, RunMinute>();
  #slowest: SlowTarget[] = [];
  #calls = 0;
  #quotaCalls = 0;
  #receivedBytes = 0;
  #waiting = 0;
  #underWay = 0;
  #throttledMs = 0;
  /** Since when calls wait and none is under way; null where that is not so. */
  #stillSince: number | null = null;

  /** Begins to measure. `stop` when the run is over. */
  constructor(networks: Iterable<Network>) {
    this.#networks = new Set(networks);
    for (const { watchers } of this.#networks) watchers.add(this);
  }

  waits(): void {
    this.#waiting += 1;
    this.#look();
  }

  waited(): void {
    this.#waiting -= 1;
    this.#look();
  }

  begins(operation: string): void {
    this.#underWay += 1;
    this.#look();
    this.#calls += 1;
    if (hasQuota(operation)) this.#quotaCalls += 1;
    this.#minute().calls += 1;
  }

  ends(bytes: number): void {
    this.#underWay -= 1;
    this.#look();
    this.#receivedBytes += bytes;
  }

  /** Adds what other processes did for the run. */
  elsewhere({ calls, quotaCalls, receivedBytes, throttledMs }: WorkDone): void {
    this.#calls += calls;
    this.#quotaCalls += quotaCalls;
    this.#receivedBytes += receivedBytes;
    this.#throttledMs += throttledMs;
    this.#minute().calls += calls;
  }

  /** Notes what became of a target, by its number in the ledger. */
  outcome(targetId: number, { failureKind, ms, waitedMs, attempts }: TargetOutcome): void {
    this.#minute()[failureKind === null ? "fresh" : "missing"] += 1;
    if (attempts === 0) return;
    const target = { targetId, ms, waitedMs, attempts };
    this.#slowest = [...this.#slowest, target].sort((a, b) => busyMs(b) - busyMs(a)).slice(0, SLOWEST);
  }

  stop(): RunStatistics {
    for (const { watchers } of this.#networks) watchers.delete(this);
    this.#waiting = 0;
    this.#look();
    return {
      calls: this.#calls,
      quotaCalls: this.#quotaCalls,
      receivedBytes: this.#receivedBytes,
      seconds: Math.round(performance.now() - this.#begun) / 1000,
      throttledSeconds: Math.round(this.#throttledMs) / 1000,
      minutes: [...this.#minutes.values()],
      slowest: this.#slowest,
    };
  }

  /** Time counts as throttled while calls wait and none is under way: then the quota alone holds the run up. */
  #look(): void {
    const still = this.#waiting > 0 && this.#underWay === 0;
    const now = performance.now();
    if (still) this.#stillSince ??= now;
    else if (this.#stillSince !== null) {
      const stillMs = now - this.#stillSince;
      if (stillMs >= LEAST_MS) this.#throttledMs += stillMs;
      this.#stillSince = null;
    }
  }

  #minute(): RunMinute {
    const minute = Math.floor((performance.now() - this.#begun) / MINUTE_MS);
    const found = this.#minutes.get(minute) ?? { minute, calls: 0, fresh: 0, missing: 0 };
    this.#minutes.set(minute, found);
    return found;
  }
}
