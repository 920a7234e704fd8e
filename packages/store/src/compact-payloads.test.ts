import { beforeEach, expect, test } from "vitest";
import { compactPayloads } from "./compact-payloads.ts";
import { recordGap } from "./gap.ts";
import { loadNights } from "./load-night.ts";
import type { Ledger } from "./open.ts";
import { packBlock } from "./pack-block.ts";
import { planNight } from "./plan-night.ts";
import { payloadReader, readPayload } from "./read-payload.ts";
import { startRun } from "./run.ts";
import { openTestLedger } from "./test-engines.ts";
import { vacuum } from "./vacuum.ts";

const now = new Date("2026-11-24T02:00:00Z");
const content = { totalRiskNum: 1, categories: [] };
const target = (number: number) => ({
  account: "acme",
  region: "ap-southeast-3",
  projectId: `p${number}`,
  projectName: `ap-southeast-3_${number}`,
  enterpriseProjectId: "all_granted_eps",
});
const answerOf = (number: number, dataDate: string) =>
  Buffer.from(JSON.stringify({ number, dataDate, said: "the same words every night ".repeat(20) }));

let ledger: Ledger;

beforeEach(async () => {
  const opened = await openTestLedger();
  ({ ledger } = opened);
  return opened.remove;
});

/** A night of so many targets, each with a payload of its own unless one is given for all. */
async function night(dataDate: string, targets: number, payload?: Buffer): Promise<void> {
  const runId = await startRun(ledger.db, dataDate, now);
  const numbers = Array.from({ length: targets }, (_, index) => index + 1);
  const planned = await planNight(ledger, runId, dataDate, numbers.map(target));
  await loadNights(
    ledger,
    planned.map(({ targetId }) => ({
      runId,
      targetId,
      dataDate,
      content,
      payload: payload ?? answerOf(targetId, dataDate),
      fetchedAt: now,
      attempts: 1,
    })),
  );
}

const allPayloads = async () => {
  const read = payloadReader(ledger.db);
  const ids = await ledger.db.selectFrom("payload").select("id").orderBy("id").execute();
  const texts: string[] = [];
  for (const { id } of ids) texts.push((await read(id)).bytes.toString());
  return texts;
};
const storage = () => ledger.db.selectFrom("payload_storage").selectAll().orderBy("form").execute();
const job = { dataDate: "2026-11-24", before: "2026-11-01" };

test("payloads last used before the date are packed, and every one reads as before", async () => {
  await night("2026-10-30", 3);
  await night("2026-10-31", 3);
  await night("2026-11-01", 3);
  const before = await allPayloads();
  const done = await compactPayloads(ledger, job);
  expect(done).toMatchObject({ runId: 4, status: "complete", payloads: 6, packed: 6, problems: [] });
  expect(done.storageAfter).toMatchObject([
    { form: "deflated", payloads: 3 },
    { form: "packed", payloads: 6 },
  ]);
  expect(await storage()).toEqual(done.storageAfter);
  expect(await allPayloads()).toEqual(before);
});

test("a target's payloads lie together in a block, in the order of time", async () => {
  await night("2026-10-30", 2);
  await night("2026-10-31", 2);
  await compactPayloads(ledger, job);
  const placed = await ledger.db
    .selectFrom("packed_payload")
    .innerJoin("snapshot", "snapshot.payload_id", "packed_payload.payload_id")
    .select(["block_id", "start", "length", "target_id", "data_date"])
    .orderBy("start")
    .execute();
  const length = answerOf(1, "2026-10-30").length;
  expect(placed).toEqual([
    { block_id: 1, start: 0, length, target_id: 1, data_date: "2026-10-30" },
    { block_id: 1, start: length, length, target_id: 1, data_date: "2026-10-31" },
    { block_id: 1, start: 2 * length, length, target_id: 2, data_date: "2026-10-30" },
    { block_id: 1, start: 3 * length, length, target_id: 2, data_date: "2026-10-31" },
  ]);
});

test("a payload that a later night came back to stays as it is, and so does one of a later gap", async () => {
  const same = Buffer.from("the same");
  await night("2026-10-31", 1, same);
  await night("2026-11-02", 1, same);
  const odd = Buffer.from("odd");
  for (const dataDate of ["2026-10-31", "2026-11-03"]) {
    const runId = await startRun(ledger.db, dataDate, now);
    const [planned] = await planNight(ledger, runId, dataDate, [target(9)]);
    const gap = { failureKind: "contract", detail: "Odd.", attempts: 1, payload: odd };
    await recordGap(ledger, { runId, targetId: planned?.targetId ?? 0, dataDate, ...gap });
  }
  expect(await compactPayloads(ledger, job)).toMatchObject({ runId: null, payloads: 0, packed: 0 });
  expect(await compactPayloads(ledger, { ...job, before: "2026-11-03" })).toMatchObject({ packed: 1 });
  expect(await compactPayloads(ledger, { ...job, before: "2026-11-04" })).toMatchObject({ packed: 1 });
  expect(await allPayloads()).toEqual(["the same", "odd"]);
});

test("an answer that comes again after it was packed is known, and not kept twice", async () => {
  const same = Buffer.from("the same");
  await night("2026-10-31", 1, same);
  await compactPayloads(ledger, job);
  await night("2026-11-24", 1, same);
  expect(await allPayloads()).toEqual(["the same"]);
});

test("a compaction that was stopped keeps whole blocks, and the next one does the rest", async () => {
  await night("2026-10-31", 300);
  const before = await allPayloads();
  const stop = new AbortController();
  const stopped = await compactPayloads(ledger, {
    ...job,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  expect(stopped).toMatchObject({ runId: 2, status: "interrupted", payloads: 300, packed: 256 });
  expect(await allPayloads()).toEqual(before);
  expect(await compactPayloads(ledger, job)).toMatchObject({ runId: 3, payloads: 44, packed: 44 });
  expect(await compactPayloads(ledger, job)).toMatchObject({ runId: null, payloads: 0 });
  expect(await allPayloads()).toEqual(before);
  const runs = ledger.db
    .selectFrom("run_history")
    .select(["kind", "data_date", "status", "expected", "fetched", "missing"]);
  expect(await runs.where("kind", "=", "compact").orderBy("run_id").execute()).toEqual([
    {
      kind: "compact",
      data_date: "2026-11-24",
      status: "interrupted",
      expected: 300,
      fetched: 256,
      missing: 44,
    },
    { kind: "compact", data_date: "2026-11-24", status: "complete", expected: 44, fetched: 44, missing: 0 },
  ]);
});

test("a damaged payload is named and left as it is; the others are packed", async () => {
  await night("2026-10-31", 3);
  const damage = { deflated: Buffer.from("no deflate") };
  await ledger.db.updateTable("payload").set(damage).where("id", "=", 2).execute();
  const done = await compactPayloads(ledger, job);
  expect(done).toMatchObject({ status: "partial", payloads: 3, packed: 2 });
  expect(done.problems).toEqual([expect.stringContaining("Payload 2 does not give the bytes")]);
  const kept = ledger.db.selectFrom("payload").select("deflated").where("id", "=", 2);
  expect(await kept.execute()).toEqual([damage]);
  await expect(readPayload(ledger.db, 2)).rejects.toThrow("the ledger is damaged");
});

test("a block that would not give back what went in is not kept, and every payload stays as it was", async () => {
  await night("2026-10-31", 2);
  const before = await ledger.db.selectFrom("payload").selectAll().orderBy("id").execute();
  const wrong = before.map(({ id, hash }) => ({ payloadId: id, hash, bytes: Buffer.from("something else") }));
  await expect(packBlock(ledger, wrong)).rejects.toThrow("does not come out of its block as it went in");
  expect(await ledger.db.selectFrom("payload").selectAll().orderBy("id").execute()).toEqual(before);
  expect(await ledger.db.selectFrom("payload_block").select("id").execute()).toEqual([]);
  expect(await ledger.db.selectFrom("packed_payload").selectAll().execute()).toEqual([]);
});

test("a block whose bytes have changed is told by the hash of what is read from it", async () => {
  await night("2026-10-31", 2);
  await compactPayloads(ledger, job);
  await ledger.db.updateTable("packed_payload").set({ start: 1 }).where("payload_id", "=", 1).execute();
  await expect(readPayload(ledger.db, 1)).rejects.toThrow("Payload 1 does not give the bytes");
});

test("after a vacuum every payload reads as before", async () => {
  await night("2026-10-31", 3);
  const before = await allPayloads();
  await compactPayloads(ledger, job);
  await vacuum(ledger);
  expect(await allPayloads()).toEqual(before);
});
