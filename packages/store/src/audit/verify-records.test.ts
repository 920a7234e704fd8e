import { sql } from "kysely";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { enqueueDeliveries } from "../deliveries/enqueue.ts";
import { type Ledger, openReader } from "../open.ts";
import { sealOf } from "../seal/seal-of.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import { openLedgerLike, openTestLedger, type TestLedger } from "../test-engines.ts";
import {
  deliver,
  delivery,
  exception,
  NIGHTS,
  type Night,
  now,
  recordNight,
  recordThreeNights,
  startNight,
} from "../testing/records-ledger.ts";
import { findContradiction } from "./contradiction.ts";
import { findSeals } from "./find-seal.ts";
import { openHistory } from "./ledger-history.ts";
import { sealRecords } from "./seal-ledger.ts";

let untouched: TestLedger;
let ledger: Ledger;
let url: string;

function use(opened: TestLedger): void {
  ({ ledger, url } = opened);
  onTestFinished(opened.remove);
}

/** Three nights; after the first, deliveries were sealed on their own. */
const threeNights = async (): Promise<void> => use(await openLedgerLike(untouched.url));

beforeAll(async () => {
  untouched = await openTestLedger();
  await recordThreeNights(untouched.ledger);
  await untouched.ledger.close();
});
afterAll(() => untouched.remove());

async function found(): Promise<string[]> {
  const reader = await openReader(url);
  const findings: string[] = [];
  for await (const { kind, table, key } of verifyLedger(reader)) findings.push(`${kind}: ${table}, ${key}`);
  await reader.close();
  return findings;
}

test("exceptions, units, names, deliveries and the calendar of a genuine ledger verify clean", async () => {
  await threeNights();
  expect(await found()).toEqual([]);
  const kinds = await ledger.db.selectFrom("ledger_seal").select("kind").orderBy("id").execute();
  expect(kinds.map(({ kind }) => kind)).toEqual(["start", "run", "records", "run", "run"]);
});

test("a night without a change adds one seal and nothing else", async () => {
  await threeNights();
  const rowsOf = async (table: "ledger_seal" | "state_change") =>
    (await ledger.db.selectFrom(table).select("id").execute()).length;
  const before = [await rowsOf("ledger_seal"), await rowsOf("state_change")] as const;
  await recordNight(ledger, { ...(NIGHTS[2] as Night), dataDate: "2026-11-23" });
  await sealRecords(ledger);
  expect([await rowsOf("ledger_seal"), await rowsOf("state_change")]).toEqual([before[0] + 1, before[1]]);
  expect(await found()).toEqual([]);
});

test("what came after the last seal is not sealed yet, and sealed by the next", async () => {
  await threeNights();
  await deliver(ledger, ["c@example.com"], 3);
  expect(await found()).toEqual([
    "pending: delivery, 1 deliveries",
    "pending: delivery_event, 3 steps of deliveries",
  ]);
  await sealRecords(ledger);
  expect(await found()).toEqual([]);
});

test("a run that is killed before its seal, and resumed with other words, verifies clean", async () => {
  await threeNights();
  const night: Night = {
    dataDate: "2026-11-23",
    unit: "Bank",
    exceptions: [exception("test-hosts", { owner: "Wu" })],
  };
  await startNight(ledger, night);
  expect(await found()).toEqual([]);
  await recordNight(ledger, {
    ...night,
    unit: "Shop",
    exceptions: [exception("test-hosts", { owner: "He" })],
  });
  expect(await found()).toEqual([]);
});

test("a ledger that is older than these seals takes up what it has, and verifies clean", async () => {
  await threeNights();
  await ledger.db.deleteFrom("ledger_seal").where("kind", "<>", "start").execute();
  await ledger.db.deleteFrom("state_change").execute();
  await sql`UPDATE delivery_event SET attempts = NULL, message_id = NULL, next_try_at = NULL`.execute(
    ledger.db,
  );
  await sql`UPDATE ledger_seal SET run_id = 3, chain_hash = (SELECT chain_hash FROM run_seal WHERE run_id = 3)`.execute(
    ledger.db,
  );
  expect(await found()).toEqual([
    "unsealed: exception_period, names, business units and exceptions",
    "pending: delivery, 2 deliveries",
    "pending: delivery_event, 4 steps of deliveries",
  ]);
  await recordNight(ledger, { ...(NIGHTS[2] as Night), dataDate: "2026-11-23" });
  expect(await found()).toEqual([]);
});

const FORGED = `INSERT INTO exception_period (id, exception, from_date, to_date, category, targets_filter, owner, reason,
    valid_until, last_day_number, run_id)
  VALUES (9, 'forged', '2026-11-20', '9999-12-31', 'alarm', '{}', 'Nobody', 'None', '2027-01-31', 20849, 1)`;
const DELIVERY_AGAIN = `INSERT INTO delivery (id, data_date, report, subject, locale, kind, edition, channel, recipient,
    content, state, attempts, created_at, updated_at)
  SELECT 9, data_date, report, subject, locale, kind, edition, channel, 'x@example.com', content, state, attempts,
    created_at, updated_at FROM delivery WHERE id = 2`;

test.each<[what: string, statements: string[], findings: string[]]>([
  ["a forged exception", [FORGED], ["altered: exception_period, id 9"]],
  [
    "an exception with another reason",
    ["UPDATE exception_period SET reason = 'It is fine.' WHERE exception = 'old-images'"],
    ["altered: exception_period, id 2"],
  ],
  [
    "an exception that is ended later than it was",
    ["UPDATE exception_period SET to_date = '9999-12-31' WHERE exception = 'old-images'"],
    ["altered: exception_period, id 2"],
  ],
  [
    "an exception that is deleted with what it covers",
    ["DELETE FROM exception_target WHERE period_id = 2", "DELETE FROM exception_period WHERE id = 2"],
    [
      "altered: exception_period, id 2",
      "altered: exception_target, target_id 1, period_id 2, from_date 2026-11-20",
    ],
  ],
  [
    "an exception that covers one target more",
    [
      "INSERT INTO exception_target (target_id, period_id, from_date, to_date) VALUES (2, 2, '2026-11-20', '9999-12-31')",
    ],
    ["altered: exception_target, target_id 2, period_id 2, from_date 2026-11-20"],
  ],
  [
    "an exception that is forged with its record",
    [
      "UPDATE exception_period SET owner = 'Nobody' WHERE id = 3",
      "INSERT INTO state_change (run_id, deflated) SELECT 2, deflated FROM state_change WHERE id = 1",
    ],
    [
      "altered: state_change, run 2",
      "altered: unit_period, target_id 1, from_date 0001-01-01",
      "altered: unit_period, target_id 2, from_date 0001-01-01",
      "altered: exception_period, id 3",
    ],
  ],
  [
    "a record of changes that is cut short",
    ["DELETE FROM state_change WHERE run_id = 3"],
    [
      "altered: state_change, run 3",
      "altered: unit_period, target_id 1, from_date 0001-01-01",
      "altered: unit_period, target_id 1, from_date 2026-11-22",
      "altered: unit_period, target_id 2, from_date 0001-01-01",
      "altered: unit_period, target_id 2, from_date 2026-11-22",
    ],
  ],
  [
    "a project that is called another",
    ["UPDATE target SET project_name = 'ap-southeast-3_lab' WHERE id = 1"],
    ["altered: target, id 1"],
  ],
  [
    "a business unit that is changed",
    ["UPDATE unit_period SET unit = 'Lab' WHERE target_id = 1 AND from_date = '2026-11-22'"],
    ["altered: unit_period, target_id 1, from_date 2026-11-22"],
  ],
  [
    "deliveries that are deleted",
    ["DELETE FROM delivery_event", "DELETE FROM delivery"],
    ["altered: delivery, after run 1", "altered: delivery_event, after run 1"],
  ],
  [
    "a recipient that is changed",
    ["UPDATE delivery SET recipient = 'x@example.com' WHERE id = 1"],
    ["altered: delivery, after run 1"],
  ],
  [
    "a mail's content that is changed",
    ["UPDATE delivery SET content = '{}' WHERE id = 1"],
    ["altered: delivery, after run 1"],
  ],
  [
    "a delivery that is said to have arrived",
    ["UPDATE delivery SET state = 'sent' WHERE id = 2"],
    ["altered: delivery, delivery 2"],
  ],
  [
    "a delivery that is said to have arrived, step and all",
    [
      "UPDATE delivery SET state = 'sent' WHERE id = 2",
      "UPDATE delivery_event SET state = 'sent' WHERE delivery_id = 2",
    ],
    ["altered: delivery_event, after run 1"],
  ],
  [
    "another mail's number",
    ["UPDATE delivery SET message_id = '<2@example.com>' WHERE id = 1"],
    ["altered: delivery, delivery 1"],
  ],
  [
    "a delivery without a step",
    [DELIVERY_AGAIN],
    ["altered: delivery, delivery 9", "pending: delivery, 1 deliveries"],
  ],
  [
    "a night that is put in at the end",
    ["INSERT INTO night (data_date, day_number) VALUES ('2026-11-23', 20780)"],
    ["altered: night, 2026-11-23"],
  ],
  [
    "a night that is put in at the beginning",
    ["INSERT INTO night (data_date, day_number) VALUES ('2026-11-19', 20776)"],
    ["altered: night, 2026-11-19"],
  ],
  [
    "a project in scope that was never found",
    [
      "INSERT INTO inventory SELECT account, region, 'p9', enterprise_project_id, project_name, state, since, detail FROM inventory WHERE project_id = 'p1'",
    ],
    ["altered: inventory, acme ap-southeast-3 p9 all_granted_eps"],
  ],
  [
    "a project that is said to be gone",
    ["UPDATE inventory SET state = 'gone' WHERE project_id = 'p1'"],
    ["altered: inventory, acme ap-southeast-3 p1 all_granted_eps"],
  ],
  ["a field of the answers that is forgotten", ["DELETE FROM drift"], ["altered: drift, run 1"]],
  ["what a run cost", ["UPDATE run_measure SET calls = 1 WHERE run_id = 2"], ["altered: run_measure, run 2"]],
  [
    "a seal that is deleted",
    ["DELETE FROM ledger_seal WHERE kind = 'records'"],
    ["altered: ledger_seal, seal 4", "altered: delivery, run 2", "altered: delivery_event, run 2"],
  ],
  [
    "the last seal that is deleted",
    ["DELETE FROM ledger_seal WHERE run_id = 3"],
    ["altered: ledger_seal, run 3", "altered: state_change, row 4", "altered: night, 2026-11-22"],
  ],
  [
    "all seals that are deleted",
    ["DELETE FROM ledger_seal"],
    ["altered: ledger_seal, all", ...[1, 2, 3, 4].map((row) => `altered: state_change, row ${row}`)],
  ],
  [
    "a seal's marks that are moved",
    ["UPDATE ledger_seal SET marks = REPLACE(marks, '2026-11-22', '2026-11-23') WHERE run_id = 3"],
    ["altered: ledger_seal, seal 5", "altered: night, 2026-11-23"],
  ],
])("%s is found", async (_, statements, findings) => {
  await threeNights();
  for (const statement of statements) await sql.raw(statement).execute(ledger.db);
  expect(await found()).toEqual(findings);
});

test("a change between two runs is taken up by neither", async () => {
  await threeNights();
  await ledger.db.updateTable("exception_period").set({ owner: "Nobody" }).where("id", "=", 3).execute();
  await recordNight(ledger, { dataDate: "2026-11-23", unit: "Bank", exceptions: [] });
  expect(await found()).toEqual(["altered: exception_period, id 3"]);
});

test("the head moves with what is delivered, and each seal is found again by its beginning", async () => {
  await threeNights();
  const before = await sealOf(ledger);
  await deliver(ledger, ["c@example.com"], 3);
  expect(await sealOf(ledger)).toEqual(before);
  await sealRecords(ledger);
  const after = await sealOf(ledger);
  expect(after?.hash).not.toBe(before?.hash);
  expect(await findSeals(ledger, before?.hash.slice(0, 12) ?? "")).toEqual([
    { hash: before?.hash, runId: 3, dataDate: "2026-11-22" },
  ]);
  const { chain_hash } = await ledger.db
    .selectFrom("run_seal")
    .select("chain_hash")
    .where("run_id", "=", 1)
    .executeTakeFirstOrThrow();
  const link = chain_hash.toString("hex");
  expect(await findSeals(ledger, link)).toEqual([{ hash: link, runId: 1, dataDate: "2026-11-20" }]);
  expect(await findSeals(ledger, "0".repeat(12))).toEqual([]);
});

test("the heads that manifests keep are known to the ledger's history, at a run's end and after deliveries", async () => {
  await threeNights();
  const atEnd = await sealOf(ledger);
  await deliver(ledger, ["c@example.com"], 3);
  await sealRecords(ledger);
  const afterwards = await sealOf(ledger);
  const history = await openHistory(url);
  const contradicts = async (hash: string | undefined) => {
    const seal = { runId: 3, dataDate: "2026-11-22", hash: hash ?? null, startedAt: null };
    const witness = { ...seal, what: "manifest", file: "m", madeAt: now.toISOString() } as const;
    const found = await findContradiction(history, [witness], { isFile: true, now });
    return found?.kind ?? null;
  };
  const found = [await contradicts(atEnd?.hash), await contradicts(afterwards?.hash)];
  const other = await contradicts("0".repeat(64));
  await history.close();
  expect([...found, other]).toEqual([null, null, "older"]);
});

test.skipIf(inject("engine") === "sqlite")("seals and deliveries at once leave nothing out", async () => {
  await threeNights();
  const send = async (recipient: string) => {
    await enqueueDeliveries(ledger, [delivery(recipient)], now);
    await sealRecords(ledger);
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => send(`${index}@example.com`)));
  expect(await found()).toEqual([]);
});
