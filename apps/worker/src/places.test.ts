import type { Quota } from "@nightledger/core";
import { type Ledger, openLedger } from "@nightledger/store";
import { type PostgresServer, startPostgres } from "@nightledger/store/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openWork, SharedPlaces, type Work } from "./index.ts";

const QUOTA = { calls: 5, windowMs: 60_000 };
/** How long a call can take. */
const CALL_MS = 60_000;

let server: PostgresServer;
let ledger: Ledger;
let work: Work;
let nth = 0;
/** A lane of the test's own. */
let user: string;

beforeAll(async () => {
  server = await startPostgres();
  const database = server.urlOf("postgres");
  ledger = await openLedger(database);
  work = await openWork({ ledger, database, name: "test", lapseSeconds: 10, onProblem: () => {} });
  return async () => {
    await work.close();
    await ledger.close();
  };
});
afterAll(() => server.stop());
beforeEach(() => {
  nth += 1;
  user = `user ListSecurityRisk here ${nth}`;
});

test("workers that take at once never get more places together than the quota has", async () => {
  const workers = Array.from({ length: 6 }, () => new SharedPlaces(ledger, CALL_MS));
  await Promise.all(workers.map((places) => places.make(new Map([[user, QUOTA]]))));
  const taken = await Promise.all(workers.map((places) => places.take([user], 3, QUOTA.windowMs)));
  expect(taken.flatMap(({ places }) => places)).toHaveLength(5);
  for (const { places, waitMs } of taken) expect(places.length > 0 || waitMs > 0).toBe(true);
});

test("a place is free again a window after its answer, or when no call of a dead worker can be under way", async () => {
  const places = new SharedPlaces(ledger, CALL_MS);
  await places.make(new Map([[user, { calls: 1, windowMs: QUOTA.windowMs }]]));
  const { places: first } = await places.take([user], 1, QUOTA.windowMs);
  // nothing is heard of it: a window and the longest call
  const lost = await places.take([user], 1, QUOTA.windowMs);
  expect(lost.waitMs).toBeGreaterThan(QUOTA.windowMs);
  expect(lost.waitMs).toBeLessThanOrEqual(QUOTA.windowMs + CALL_MS);
  const [[place]] = first as [[NonNullable<(typeof first)[0][0]>]];
  places.freeIn(place, 1000);
  await places.flush();
  expect((await places.take([user], 1, QUOTA.windowMs)).waitMs).toBeLessThanOrEqual(1000);
  places.freeIn(place, 0);
  await places.flush();
  expect((await places.take([user], 1, QUOTA.windowMs)).places).toHaveLength(1);
  // who had it before has no say in it any more
  places.freeIn(place, 0);
  await places.flush();
  expect((await places.take([user], 1, QUOTA.windowMs)).places).toEqual([]);
});

test("a quota of the whole bounds all accounts together; a lane that is closed gives nothing", async () => {
  const places = new SharedPlaces(ledger, CALL_MS);
  const [a, b, whole] = [`${user} a`, `${user} b`, `operation of ${user}`];
  const quotas = new Map<string, Quota>([
    [a, { calls: 2, windowMs: 1 }],
    [b, { calls: 2, windowMs: 1 }],
    [whole, { calls: 3, windowMs: 1 }],
  ]);
  await places.make(quotas);
  const { places: all } = await places.take([a, b], 10, 1, whole);
  expect(all).toHaveLength(3);
  for (const own of all) for (const place of own) places.freeIn(place, 0);
  await places.flush();
  await places.close(a, 60_000);
  await places.close(b, 60_000);
  const none = await places.take([a, b], 4, 1, whole);
  expect(none.places).toEqual([]);
  expect(none.waitMs).toBeGreaterThan(10_000);
});
