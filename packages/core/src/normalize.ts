import type { ListSecurityRiskAnswer } from "./contract.ts";
import type { Category, CategoryRisk, Policy, RiskList, Severity, SeverityRisk } from "./risk-list.ts";

type Answer = ListSecurityRiskAnswer;
type RiskInfos = NonNullable<Answer["alarm_risk"]>["risk_list"];
type ImageInfos = NonNullable<Answer["image_risk"]>["risk_list"];
type PolicyInfos = NonNullable<Answer["alarm_risk"]>["policy_list"];

interface Block {
  deduct_score?: number | null | undefined;
  total_risk_num?: number | null | undefined;
}

const SEVERITIES = new Set<string>(["critical", "high", "medium", "low"]);

/** The API has no enum for severity: known words match in any case, the rest is unknown. */
function severityOf(raw: string): Severity {
  const word = raw.trim().toLowerCase();
  return SEVERITIES.has(word) ? (word as Severity) : "unknown";
}

/**
 * The API's deductions are float32 multiples of 0.1, so 19.9 may arrive as 19.899999618530273. Only noise of
 * that size is removed; any other value stays as it came.
 */
function withoutFloatNoise(points: number): number {
  const tenths = Math.round(points * 10) / 10;
  return Math.abs(points - tenths) < 1e-5 ? tenths : points;
}

const hostSeverities = (infos: RiskInfos): SeverityRisk[] =>
  (infos ?? []).map((info) => ({
    severity: severityOf(info.severity ?? ""),
    severityRaw: info.severity ?? "",
    riskNum: info.risk_num ?? null,
    affectedNum: info.effected_host_num ?? null,
    affectedUnit: "host",
  }));

const imageSeverities = (infos: ImageInfos): SeverityRisk[] =>
  (infos ?? []).map((info) => ({
    severity: severityOf(info.severity ?? ""),
    severityRaw: info.severity ?? "",
    riskNum: info.image_num ?? null,
    affectedNum: info.image_num ?? null,
    affectedUnit: "image",
  }));

const policies = (infos: PolicyInfos): Policy[] =>
  (infos ?? []).map((info) => ({
    policyId: info.policy_id ?? null,
    policyName: info.policy_name ?? null,
    osType: info.os_type ?? null,
    hostNum: info.host_num ?? null,
    ruleName: info.rule_name ?? null,
  }));

function categoryRisk<B extends Block>(
  category: Category,
  block: B | null | undefined,
  parts: (block: B) => Partial<Pick<CategoryRisk, "severities" | "counters" | "policies">>,
): CategoryRisk {
  const empty = { severities: [], counters: [], policies: [] };
  if (block === null || block === undefined) {
    return { category, present: false, totalRiskNum: null, deductScore: null, ...empty };
  }
  const points = block.deduct_score ?? null;
  return {
    category,
    present: true,
    totalRiskNum: block.total_risk_num ?? null,
    deductScore: points === null ? null : withoutFloatNoise(points),
    ...empty,
    ...parts(block),
  };
}

const counters = <K extends string>(block: { [key in K]?: number | null | undefined }, ...names: K[]) =>
  names.map((counter) => ({ counter, value: block[counter] ?? null }));

/**
 * An answer of ListSecurityRisk in the words of this project. Pure: the same answer gives the same risk list.
 * Nothing is added up here: score, itemized and unattributed numbers are defined once, in the store's views.
 */
export function normalize(answer: Answer): RiskList {
  return {
    totalRiskNum: answer.total_risk_num ?? null,
    categories: [
      categoryRisk("alarm", answer.alarm_risk, (block) => ({
        severities: hostSeverities(block.risk_list),
        policies: policies(block.policy_list),
      })),
      categoryRisk("vulnerability", answer.vul_risk, (block) => ({
        severities: hostSeverities(block.risk_list),
        counters: counters(block, "un_scanned_host_num"),
      })),
      categoryRisk("baseline", answer.baseline_risk, (block) => ({
        severities: hostSeverities(block.risk_list),
        counters: counters(block, "existed_pwd_host_num", "un_scanned_baseline_host_num"),
        policies: policies(block.policy_list),
      })),
      categoryRisk("asset", answer.asset_risk, (block) => ({
        counters: counters(block, "existed_danger_port_host_num"),
        policies: policies(block.policy_list),
      })),
      categoryRisk("protection", answer.security_protect_risk, (block) => ({
        counters: counters(block, "un_open_protection_host_num"),
      })),
      categoryRisk("image", answer.image_risk, (block) => ({
        severities: imageSeverities(block.risk_list),
        counters: counters(block, "un_scanned_image_num"),
      })),
    ],
  };
}
