import { ClockError, type ClockReading, type Network } from "@nightledger/core";

/** Clocks that are further apart than this may be on different days. Milliseconds. */
const MOST_APART_MS = 5 * 60_000;
/** A run is over by then; whoever woke up later has a stale date. Milliseconds. */
const LONGEST_MS = 36 * 3_600_000;

/** Listens to what answers say of this machine's clock, until it is stopped. */
export function watchClock(networks: Iterable<Network>): { readings: readonly ClockReading[]; stop(): void } {
  const readings: ClockReading[] = [];
  const all = new Set(networks);
  const hear = (reading: ClockReading) => {
    readings.push(reading);
  };
  for (const { clockWatchers } of all) clockWatchers.add(hear);
  return {
    readings,
    stop: () => {
      for (const { clockWatchers } of all) clockWatchers.delete(hear);
    },
  };
}

/**
 * Holds this machine's clock against the Date of the first answers. One that agrees is enough, since an endpoint may be
 * off by itself; where none says what time it has, nothing is known, and nothing contradicted. A clock that agrees by
 * now, but was another when this process began (`startedAt`, by that clock), has given the night a wrong date.
 *
 * @throws ClockError
 */
export function checkClock(
  readings: readonly ClockReading[],
  startedAt: number = performance.timeOrigin,
): void {
  const [first] = readings;
  if (first === undefined) return;
  const agreed = readings.find(({ aheadMs }) => Math.abs(aheadMs) <= MOST_APART_MS);
  if (agreed === undefined) throw new ClockError(first.origin, first);
  const passed = agreed.there - startedAt;
  if (passed < -MOST_APART_MS || passed > LONGEST_MS) {
    throw new ClockError(agreed.origin, { here: startedAt, there: agreed.there });
  }
}
