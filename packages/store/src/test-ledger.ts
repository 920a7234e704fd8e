import { sql } from "kysely";
import type { RiskListContent } from "./content.ts";
import { recordGap } from "./gap.ts";
import { loadNights, type Night } from "./load-night.ts";
import type { Ledger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { startRun } from "./run.ts";
import type { Category, Severity, Views } from "./views.ts";

/** What a test says of one category; all it leaves out is 0 or empty. */
export interface Block {
  total?: number | null;
  points?: number | null;
  severities?: Partial<Record<Severity, number | null>>;
  counters?: Record<string, number | null>;
  policies?: Record<string, number | null>;
  absent?: boolean;
}
/** What a test says of one answer. */
export type Answer = Partial<Record<Category, Block>> & { total?: number | null };

const CATEGORIES = ["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const;

/** A risk list with nothing to remark on, but for what is given. */
export function contentOf(answer: Answer): RiskListContent {
  const categories = CATEGORIES.map((category) => {
    const {
      total = 0,
      points = 0,
      severities = {},
      counters = {},
      policies = {},
      absent = false,
    } = answer[category] ?? {};
    return {
      category,
      present: !absent,
      totalRiskNum: absent ? null : total,
      deductScore: absent ? null : points,
      severities: Object.entries(severities).map(([word, riskNum]) => ({
        severity: word as Severity,
        severityRaw: word,
        riskNum,
        affectedNum: 1,
        affectedUnit: category === "image" ? ("image" as const) : ("host" as const),
      })),
      counters: Object.entries(counters).map(([counter, value]) => ({ counter, value })),
      policies: Object.entries(policies).map(([id, hostNum]) => ({
        policyId: id,
        policyName: `name of ${id}`,
        osType: "Linux",
        hostNum,
        ruleName: null,
      })),
    };
  });
  return { totalRiskNum: answer.total === undefined ? 0 : answer.total, categories };
}

const now = new Date("2026-11-24T02:00:00Z");

export const targetOf = (projectId: string) => ({
  account: "acme",
  region: "ap-southeast-3",
  projectId,
  projectName: `ap-southeast-3_${projectId}`,
  enterpriseProjectId: "all_granted_eps",
});

/** A night's run: an answer for each project that is expected, or undefined for one that gives none; and their units. */
export async function recordNight(
  ledger: Ledger,
  dataDate: string,
  answers: Record<string, Answer | undefined>,
  more: Record<string, Partial<Night>> = {},
  units: Record<string, string> = {},
): Promise<number> {
  const runId = await startRun(ledger.db, dataDate, now);
  const targets = Object.keys(answers).map((id) => ({ ...targetOf(id), unit: units[id] ?? null }));
  for (const target of await planNight(ledger, runId, dataDate, targets)) {
    const { targetId, projectId } = target;
    const answer = answers[projectId];
    if (answer === undefined) {
      const why = { failureKind: "network", detail: "No answer.", attempts: 4 };
      await recordGap(ledger, { runId, targetId, dataDate, ...why });
      continue;
    }
    const content = contentOf(answer);
    const payload = Buffer.from(JSON.stringify([projectId, answer]));
    const night = { runId, targetId, dataDate, content, payload, fetchedAt: now, attempts: 1 };
    await loadNights(ledger, [{ ...night, ...more[projectId] }]);
  }
  return runId;
}

/** The rows of a view as lines, in order; null is –. */
export async function linesOf<V extends keyof Views & string>(
  ledger: Ledger,
  view: V,
  columns: readonly (keyof Views[V] & string)[],
  dataDate?: string,
): Promise<string[]> {
  const where = dataDate === undefined ? sql`` : sql`WHERE data_date = ${dataDate}`;
  const { rows } = await sql<Record<string, unknown>>`
    SELECT ${sql.join(columns.map((column) => sql.ref(column)))} FROM ${sql.table(view)} ${where}`.execute(
    ledger.db,
  );
  return rows.map((row) => columns.map((column) => row[column] ?? "–").join(" ")).sort();
}
