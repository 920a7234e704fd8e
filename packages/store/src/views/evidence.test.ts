import { expect, test } from "vitest";
import { hashOf } from "../content.ts";
import { finishRun } from "../run.ts";
import { sealOf } from "../seal/seal-of.ts";
import { openTestLedger } from "../test-engines.ts";
import { recordNight } from "../test-ledger.ts";

test("a target's night has the hashes of its answer, and the seal of its run once it has ended", async () => {
  const { ledger, remove } = await openTestLedger();
  const answer = { alarm: { points: 10 } };
  const runId = await recordNight(ledger, "2026-11-24", { p1: answer });
  const evidence = () => ledger.db.selectFrom("evidence_daily").selectAll().execute();
  const [before] = await evidence();
  expect(before).toEqual({
    data_date: "2026-11-24",
    target_id: 1,
    account: "acme",
    region: "ap-southeast-3",
    project_id: "p1",
    project_name: "ap-southeast-3_p1",
    enterprise_project_id: "all_granted_eps",
    run_id: runId,
    fetched_at: "2026-11-24T02:00:00.000Z",
    payload_sha256: hashOf(JSON.stringify(["p1", answer])).toString("hex"),
    risk_list_sha256: "932e16f0518b5abd2229fea8f59228ca316146db948dc30d9cb166bf66eebb54",
    run_seal: null,
  });
  const counts = { expected: 1, alreadyFresh: 0, fetched: 1, missing: 0 };
  const end = { now: new Date("2026-11-24T02:10:00Z"), status: "complete" as const, problem: null };
  await finishRun(ledger.db, runId, { ...end, ...counts });
  expect((await evidence()).map(({ run_seal }) => run_seal)).toEqual([(await sealOf(ledger))?.hash]);
  await remove();
});
