import { beforeEach, expect, inject, test } from "vitest";
import { backupLedger } from "../backup/backup-ledger.ts";
import { restoreLedger } from "../backup/restore-ledger.ts";
import { compactPayloads } from "../compact-payloads.ts";
import { copyLedger } from "../copy/copy-ledger.ts";
import { openReader } from "../open.ts";
import { replayNight } from "../replay-night.ts";
import { finishRun } from "../run.ts";
import { sealOf } from "../seal/seal-of.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import { storedAnswers } from "../stored-answers.ts";
import { emptyDatabase, openTestLedger, type TestLedger } from "../test-engines.ts";
import { contentOf } from "../test-ledger.ts";
import { now, recordThreeNights } from "../testing/records-ledger.ts";
import { vacuum } from "../vacuum.ts";
import { checkDefinitions } from "./definitions/check-definitions.ts";

let opened: TestLedger;

beforeEach(async () => {
  opened = await openTestLedger();
  await recordThreeNights(opened.ledger);
  return () => opened.remove();
});

/** What is found of a ledger's rows and definitions, and its head. */
async function examined(url: string) {
  const reader = await openReader(url);
  const found = [...(await checkDefinitions(url)).findings];
  for await (const finding of verifyLedger(reader)) found.push(finding);
  const head = await sealOf(reader);
  await reader.close();
  return { found, head };
}

const headOf = async () => (await examined(opened.url)).head;

test("a vacuum leaves nothing to be found, and the head as it was", async () => {
  const head = await headOf();
  await vacuum(opened.ledger);
  expect(await examined(opened.url)).toEqual({ found: [], head });
});

test("payloads that are packed leave nothing to be found", async () => {
  const { packed } = await compactPayloads(opened.ledger, { dataDate: "2026-11-23", before: "2026-11-23" });
  expect(packed).toBe(2);
  expect(await examined(opened.url)).toMatchObject({ found: [], head: { runId: 4 } });
});

test("answers that are read anew leave nothing to be found", async () => {
  const { ledger } = opened;
  const [answer] = await storedAnswers(ledger.db, "2026-11-20");
  if (answer === undefined) throw new Error("There is no answer.");
  const again = { answer, content: contentOf({ total: 77 }), unknownFields: ["$.new"] };
  const { runId, revised } = await replayNight(ledger, "2026-11-20", [again], { now });
  expect(revised).toBe(1);
  const counts = { expected: 0, alreadyFresh: 0, fetched: 0, missing: 0 };
  await finishRun(ledger.db, runId ?? 0, { now, status: "complete", problem: null, ...counts });
  expect(await examined(opened.url)).toMatchObject({ found: [], head: { runId: 4 } });
});

test.skipIf(inject("engine") === "postgres")("a backup that is restored is the same history", async () => {
  const head = await headOf();
  const backup = `${opened.url}.backup`;
  await backupLedger(opened.url, backup);
  expect(await examined(backup)).toEqual({ found: [], head });
  const place = await emptyDatabase("sqlite");
  await restoreLedger(backup, place.url);
  expect(await examined(place.url)).toEqual({ found: [], head });
  await place.remove();
});

test.skipIf(inject("engine") === "sqlite")(
  "a copy in PostgreSQL is the same history, and goes on",
  async () => {
    const sqlite = await openTestLedger("sqlite");
    await recordThreeNights(sqlite.ledger);
    const { head } = await examined(sqlite.url);
    const place = await emptyDatabase("postgres");
    await copyLedger(sqlite.url, place.url);
    expect(await examined(place.url)).toEqual({ found: [], head });
    await sqlite.remove();
    await place.remove();
  },
);
