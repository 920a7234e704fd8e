import type { RiskListContent } from "../content.ts";
import { keepExceptions } from "../exceptions/keep-exceptions.ts";
import { recordGap } from "../gap.ts";
import { loadNights } from "../load-night.ts";
import type { Ledger } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { contentOf, targetOf } from "../test-ledger.ts";
import { exception } from "./records-ledger.ts";

type Block = RiskListContent["categories"][number];

const policy = (policyId: string | null, policyName: string | null, osType: string | null, hostNum = 1) => ({
  policyId,
  policyName,
  osType,
  hostNum,
  ruleName: null,
});

const severity = (severityRaw: string | null, riskNum: number | null) => ({
  severity: severityRaw === "High" ? ("high" as const) : ("unknown" as const),
  severityRaw,
  riskNum,
  affectedNum: riskNum,
  affectedUnit: "host" as const,
});

/** Every list that may name a thing twice does: with the same figures, with others, and with none. */
const REPEATING: Partial<Block> = {
  totalRiskNum: 1,
  deductScore: 30,
  severities: [
    ...[severity("High", 3), severity("High", 3), severity("High", null), severity("High", null)],
    ...[severity(null, null), severity(null, null), severity("Tips", -1), severity("Tips", -1)],
  ],
  policies: [
    ...[policy("one", "One", "Linux", 1), policy("one", "One", "Linux", 2), policy("one", "One", "Windows")],
    ...[policy("one", "Renamed", "Linux"), policy(null, "No id", "Linux"), policy(null, "No id", null)],
    ...[policy(null, "Another", "Linux"), policy(null, null, null), policy(null, null, null)],
    policy("two", null, null),
  ],
};

const withBlocks = (change: (block: Block) => Partial<Block>, more: Partial<RiskListContent> = {}) => {
  const content = contentOf({ total: 7 });
  return {
    ...content,
    categories: content.categories.map((block) => ({ ...block, ...change(block) })),
    ...more,
  };
};

const ABSENT = { present: false, totalRiskNum: null, deductScore: null };
const finding = (rule: "text_nul" | "key_repeated", detail: string) => ({ category: null, rule, detail });

/** Answers that say things twice or not at all, by the project that gives them. */
const ANSWERS: Readonly<Record<string, RiskListContent>> = {
  repeats: withBlocks(({ category }) => (category === "image" ? {} : REPEATING)),
  empty: withBlocks(() => ABSENT, { totalRiskNum: null }),
  repaired: withBlocks(() => ({}), {
    textFindings: [
      ...[finding("text_nul", "$.a"), finding("text_nul", "$.a"), finding("key_repeated", "$.a")],
    ],
  }),
};

/** Switched off on the first night, and on again on the second; and the other way round. */
const SWITCHING: readonly Readonly<Record<string, RiskListContent>>[] = [
  { "goes-off": withBlocks(() => ({})), "goes-on": withBlocks(() => REPEATING) },
  { "goes-off": withBlocks(() => REPEATING), "goes-on": withBlocks(() => ({})) },
];

/** Exceptions that overlap each other, on what the answers repeat. */
const EXCEPTIONS = [
  exception("all-alarms", { targets: {} }),
  exception("high-alarms", { what: { category: "alarm", severity: "high" }, targets: {} }),
  exception("policy-one", { what: { category: "alarm", policy: "one" }, targets: { projects: ["repeats"] } }),
];

/** Two nights of them, and a project that gives nothing on the second; each has a neighbour in another region. */
export async function recordOddNights(ledger: Ledger, dates: readonly [string, string]): Promise<void> {
  for (const [nth, dataDate] of dates.entries()) {
    const now = new Date(`${dataDate}T02:00:00Z`);
    const runId = await startRun(ledger.db, dataDate, now);
    const answers = { ...ANSWERS, ...SWITCHING[nth] };
    const names = [...Object.keys(answers), "silent"];
    const targets = ["ap-southeast-3", "eu-west-101"].flatMap((region) =>
      names.map((name) => ({ ...targetOf(name), region, unit: null })),
    );
    await recordScope(ledger, {
      ...{ runId, dataDate, asked: ["acme"], configured: ["acme"] },
      sightings: targets.map((target) => ({ ...target, state: "expected" as const })),
    });
    for (const { targetId, projectId } of await planNight(ledger, runId, dataDate, targets)) {
      const content = answers[projectId] ?? contentOf({ total: 1 });
      const key = { runId, targetId, dataDate };
      if (projectId === "silent" && nth === 1) {
        await recordGap(ledger, { ...key, failureKind: "contract", detail: "No.", attempts: 1 });
        continue;
      }
      const night = { ...key, content, payload: Buffer.from(projectId), fetchedAt: now, attempts: 1 };
      const officialScore = { score: projectId === "empty" ? null : 1, riskNum: null, riskHostNum: null };
      await loadNights(ledger, [{ ...night, officialScore, unknownFields: ["$.odd", "$.odder"] }]);
    }
    await keepExceptions(ledger, { runId, dataDate }, EXCEPTIONS);
    const counts = { expected: 12, alreadyFresh: 0, fetched: 12 - 2 * nth, missing: 2 * nth };
    await finishRun(ledger.db, runId, { now, status: "complete", problem: null, ...counts });
  }
}
