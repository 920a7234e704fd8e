import type { ListSecurityRiskAnswer } from "./contract.ts";
import type { Category, CategoryRisk, Policy, RiskList, Severity, SeverityRisk } from "./risk-list.ts";
import { storable } from "./text.ts";

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

const textOf = (raw: string | null | undefined): string | null =>
  raw === null || raw === undefined ? null : storable(raw);

const hostSeverities = (infos: RiskInfos): SeverityRisk[] =>
  (infos ?? []).map((info) => ({
    severity: severityOf(info.severity ?? ""),
    severityRaw: textOf(info.severity),
    riskNum: info.risk_num ?? null,
    affectedNum: info.effected_host_num ?? null,
    affectedUnit: "host",
  }));

const imageSeverities = (infos: ImageInfos): SeverityRisk[] =>
  (infos ?? []).map((info) => ({
    severity: severityOf(info.severity ?? ""),
    severityRaw: textOf(info.severity),
    riskNum: info.image_num ?? null,
    affectedNum: info.image_num ?? null,
    affectedUnit: "image",
  }));

const policies = (infos: PolicyInfos): Policy[] =>
  (infos ?? []).map((info) => ({
    policyId: textOf(info.policy_id),
    policyName: textOf(info.policy_name),
    osType: textOf(info.os_type),
    hostNum: info.host_num ?? null,
    ruleName: textOf(info.rule_name),
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
  return {
    category,
    present: true,
    totalRiskNum: block.total_risk_num ?? null,
    deductScore: block.deduct_score ?? null,
    ...empty,
    ...parts(block),
  };
}

const counters = <K extends string>(block: { [key in K]?: number | null | undefined }, ...names: K[]) =>
  names.map((counter) => ({ counter, value: block[counter] ?? null }));

/**
 * An answer of ListSecurityRisk in the words of this project. Pure: the same answer gives the same risk list.
 * No number is changed and nothing is added up here: score, itemized and unattributed numbers are defined once, in
 * the store's views.
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
