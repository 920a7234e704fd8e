import { enqueueDeliveries, type NewDelivery } from "./deliveries/enqueue.ts";
import { keepExceptions } from "./exceptions/keep-exceptions.ts";
import { recordGap } from "./gap.ts";
import { loadNights } from "./load-night.ts";
import type { Ledger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { replayNight } from "./replay-night.ts";
import { finishRun, startRun } from "./run.ts";
import { recordScope } from "./scope.ts";
import { storedAnswers } from "./stored-answers.ts";
import { type Answer, contentOf } from "./test-ledger.ts";

const now = new Date("2026-11-24T02:00:00Z");
export const AUDIENCE_NIGHTS = ["2026-11-20", "2026-11-21", "2026-11-23", "2026-11-24"] as const;

/** A project of an audience: whatever has a name has the audience's in it. */
const projectOf = (audience: string, project: string) => ({
  account: `${audience}-corp`,
  region: `${audience}-region`,
  projectId: `${audience}-${project}`,
  projectName: `${audience}-region_${audience}-${project}`,
  enterpriseProjectId: `${audience}-eps`,
  audience,
  project,
  unit: `${audience} unit`,
});

/** From the second night on projects have aliases and owners; on the last one the still project has a new name. */
const saidOf = (audience: string, project: string, nth: number) => ({
  ...(project === "still" && nth === 3 && { projectName: `${audience}-region_${audience}-as-still` }),
  ...(nth > 0 && {
    alias: `${audience} alias`,
    owner: { name: `Owner of ${audience}`, address: `owner@${audience}.example` },
  }),
});

/** What a project answers on the nth night, the first being 0; undefined is nothing. */
const ANSWERS: Record<string, (audience: string, nth: number) => Answer | undefined> = {
  still: () => ({
    total: 9,
    alarm: { total: 6, points: 5, severities: { high: 4, low: 2 } },
    protection: { total: 3, points: 2, counters: { un_open_protection_host_num: 3 } },
  }),
  capped: (audience, nth) => ({
    total: 30 + nth,
    alarm: { total: 25 + nth, points: 30, severities: { high: 20 + nth } },
    vulnerability: {
      total: 5,
      points: 1 + nth,
      counters: { un_scanned_host_num: 5, [`${audience}_num`]: 1 },
    },
    baseline: { total: 0, points: nth, policies: nth === 2 ? {} : { [`${audience}-policy`]: 4 + nth } },
  }),
  moody: (_, nth) => (nth === 1 ? undefined : { total: 1, asset: { total: 1, points: 1 + nth } }),
  late: (_, nth) =>
    nth < 2 ? undefined : { total: 2, image: { absent: true }, asset: { total: 2, points: nth } },
};

function contentFor(audience: string, project: string, answer: Answer) {
  const content = contentOf(answer);
  if (project !== "moody") return content;
  const said = {
    severity: "unknown" as const,
    severityRaw: `${audience}-ish`,
    riskNum: 1,
    affectedNum: 1,
    affectedUnit: "host" as const,
  };
  const categories = content.categories.map((block) =>
    block.category === "asset" ? { ...block, severities: [said] } : block,
  );
  return { ...content, categories };
}

async function recordAudienceNight(ledger: Ledger, nth: number, audiences: readonly string[]): Promise<void> {
  const dataDate = AUDIENCE_NIGHTS[nth] ?? "";
  const runId = await startRun(ledger.db, dataDate, now);
  const targets = audiences.flatMap((name) =>
    Object.keys(ANSWERS).map((project) => ({ ...projectOf(name, project), ...saidOf(name, project, nth) })),
  );
  const seen = targets.filter(({ project }) => nth > 0 || project !== "late");
  await recordScope(ledger, {
    runId,
    dataDate,
    asked: audiences.map((name) => `${name}-corp`),
    configured: audiences.map((name) => `${name}-corp`),
    sightings: [
      ...seen.map((target) => ({ ...target, state: "expected" as const })),
      ...audiences.map((name) => ({ ...projectOf(name, "closed"), state: "disabled" as const })),
    ],
  });
  const planned = await planNight(ledger, runId, dataDate, targets);
  for (const { targetId, audience, project } of planned) {
    const answer = ANSWERS[project]?.(audience, nth);
    if (answer === undefined) {
      const why = { failureKind: "network", detail: `No answer from ${audience}.`, attempts: 4 };
      await recordGap(ledger, { runId, targetId, dataDate, ...why });
      continue;
    }
    const content = contentFor(audience, project, answer);
    const payload = Buffer.from(JSON.stringify([audience, project, answer]));
    const night = { runId, targetId, dataDate, content, payload, fetchedAt: now, attempts: 1 };
    const beside =
      project === "capped" && nth === 3
        ? {
            unknownFields: [`$.${audience}_field`],
            officialScore: { score: 63, riskNum: 4, riskHostNum: 2 },
          }
        : {};
    await loadNights(ledger, [{ ...night, ...beside }]);
  }
  const exceptions = audiences.map((name) => ({
    id: `${name}-alarms`,
    what: { category: "alarm" as const },
    targets: { units: [`${name} unit`], projects: ["*-still"] },
    owner: `Owner of ${name}`,
    reason: `Only ${name} knows.`,
    approvedBy: null,
    from: null,
    until: "2026-12-01",
  }));
  await keepExceptions(ledger, { runId, dataDate }, exceptions);
  const problem = audiences.map((name) => `Account "${name}-corp": no answer.`).join(" ");
  const counts = { expected: targets.length, alreadyFresh: 0, fetched: targets.length, missing: 0 };
  const statistics = {
    ...{
      calls: planned.length,
      quotaCalls: planned.length,
      receivedBytes: 9,
      seconds: 1,
      throttledSeconds: 0,
    },
    minutes: [{ minute: 0, calls: planned.length, fresh: planned.length, missing: 0 }],
    slowest: planned.map(({ targetId }) => ({ targetId, ms: 3, waitedMs: 2, attempts: 1 })),
  };
  await finishRun(ledger.db, runId, { now, status: "partial", ...counts, problem, statistics });
}

/** Reads the capped projects of the last night again, otherwise. */
async function reviseLastNight(ledger: Ledger): Promise<void> {
  const dataDate = AUDIENCE_NIGHTS[3];
  const answers = (await storedAnswers(ledger.db, dataDate)).filter(({ projectId }) =>
    projectId.endsWith("capped"),
  );
  const rereadings = answers.map((answer) => {
    const [audience] = answer.projectId.split("-");
    const content = contentOf(ANSWERS.capped?.(audience ?? "", 4) ?? {});
    return { answer, content, unknownFields: [] };
  });
  const { runId } = await replayNight(ledger, dataDate, rereadings, { now });
  const counts = { expected: 2, alreadyFresh: 0, fetched: 2, missing: 0 };
  await finishRun(ledger.db, runId ?? 0, { now, status: "complete", ...counts, problem: null });
}

const deliveryTo = (audience: string): NewDelivery => ({
  data_date: AUDIENCE_NIGHTS[3],
  report: "executive-summary",
  audience,
  subject: audience,
  locale: "en",
  kind: "report",
  edition: 1,
  channel: "mail",
  recipient: `${audience}@example.com`,
  state: "pending",
  answer: null,
  content: "{}",
});

/** Four nights of audiences that have nothing in common but the nights, with a word for every view. */
export async function recordAudiences(ledger: Ledger, audiences: readonly string[]): Promise<void> {
  for (const nth of AUDIENCE_NIGHTS.keys()) await recordAudienceNight(ledger, nth, audiences);
  await reviseLastNight(ledger);
  await enqueueDeliveries(ledger, audiences.map(deliveryTo), now);
}
