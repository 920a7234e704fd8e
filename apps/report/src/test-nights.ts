import {
  finishRun,
  type Ledger,
  loadNights,
  planNight,
  type RiskListContent,
  recordGap,
  startRun,
  type TargetIdentity,
} from "@nightledger/store";

/** When all nights of the tests are fetched. */
export const NOW = new Date("2026-11-24T02:00:00Z");

const target = (projectName: string): TargetIdentity => ({
  account: "acme",
  region: "ap-southeast-3",
  projectId: `id-${projectName.replace(/[^a-z0-9]/gi, "")}`,
  projectName,
  enterpriseProjectId: "all_granted_eps",
});

/** An answer with all its weight in alarms. */
export function content(
  alarmPoints: number | null,
  alarms: number,
  policyName = "Login Security Check",
): RiskListContent {
  const empty = {
    present: true,
    totalRiskNum: 0,
    deductScore: 0,
    severities: [],
    counters: [],
    policies: [],
  };
  return {
    totalRiskNum: alarms,
    categories: [
      {
        category: "alarm",
        present: true,
        totalRiskNum: alarms,
        deductScore: alarmPoints,
        severities: [
          { severity: "high", severityRaw: "High", riskNum: alarms, affectedNum: 2, affectedUnit: "host" },
        ],
        counters: [],
        policies: [{ policyId: "p", policyName, osType: "Linux", hostNum: 3, ruleName: "login_remote" }],
      },
      { category: "baseline", ...empty },
      { category: "vulnerability", ...empty },
      { category: "asset", ...empty },
      { category: "protection", ...empty },
      { category: "image", ...empty, counters: [{ counter: "un_scanned_image_num", value: null }] },
    ],
  };
}

/** Writes a night: per project its answer, or null where it failed. */
export async function writeNight(
  ledger: Ledger,
  dataDate: string,
  answers: Record<string, RiskListContent | null>,
): Promise<void> {
  const { db } = ledger;
  const runId = await startRun(db, dataDate, NOW);
  const planned = await planNight(ledger, runId, dataDate, Object.keys(answers).map(target));
  for (const { targetId, projectName } of planned) {
    const given = answers[projectName];
    if (given === null || given === undefined) {
      const detail = `No answer from <b>${projectName}</b>.`;
      await recordGap(ledger, { runId, targetId, dataDate, failureKind: "timeout", detail, attempts: 4 });
    } else {
      const payload = Buffer.from(JSON.stringify(given));
      await loadNights(ledger, [
        { runId, targetId, dataDate, content: given, payload, fetchedAt: NOW, attempts: 1 },
      ]);
    }
  }
  const expected = planned.length;
  const missing = Object.values(answers).filter((given) => given === null).length;
  const fetched = expected - missing;
  const status = missing === 0 ? "complete" : fetched === 0 ? "failed" : "partial";
  await finishRun(db, runId, {
    now: NOW,
    status,
    expected,
    alreadyFresh: 0,
    fetched,
    missing,
    problem: null,
  });
}
