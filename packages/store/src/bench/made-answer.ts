import type { RiskListContent } from "../content.ts";
import { seeded } from "../testing/seeded.ts";
import type { Category, Severity } from "../views.ts";

/** An answer of the cloud, and what the normalizer makes of it. */
export interface MadeAnswer {
  payload: Buffer;
  content: RiskListContent;
}

type Block = RiskListContent["categories"][number];
type Random = () => number;

const SEVERITIES = ["High", "Low", "Medium", "Critical"] as const;
const POLICIES = [
  ["Login Security Check", "login_brute_force,login_remote,login_weak_account"],
  ["Ransomware Prevention", "ransom_bait_file,ransom_behaviour"],
  ["Malicious File Detection", "reverse_shell,abnormal_shell"],
  ["Configuration Check", "cfg_baseline,cfg_password"],
] as const;

const upTo = (random: Random, most: number): number => Math.floor(random() * most);

const severities = (random: Random, count: number, affectedUnit: "host" | "image"): Block["severities"] =>
  SEVERITIES.slice(0, count).map((severityRaw) => ({
    severity: severityRaw.toLowerCase() as Severity,
    severityRaw,
    riskNum: upTo(random, 4000),
    affectedNum: upTo(random, 120),
    affectedUnit,
  }));

const policies = (target: number, first: number): Block["policies"] =>
  POLICIES.slice(first, first + 1).map(([policyName, ruleName]) => ({
    policyId: (target * 4 + first + 1).toString(16).padStart(32, "5d1c9b07e3a8f246"),
    policyName,
    osType: "Linux",
    hostNum: 20 + (target % 80),
    ruleName,
  }));

function block(category: Category, random: Random, cap: number, parts: Partial<Block>): Block {
  const lists = { severities: [], counters: [], policies: [], ...parts };
  const counted = [
    ...lists.severities.map(({ riskNum }) => riskNum),
    ...lists.counters.map(({ value }) => value),
  ];
  return {
    category,
    present: true,
    totalRiskNum: counted.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    deductScore: upTo(random, cap * 10 + 1) / 10,
    ...lists,
  };
}

/** As many severities, counters and policies as the documented example of ListSecurityRisk has. */
function contentOf(target: number, random: Random): RiskListContent {
  const counter = (name: string) => ({ counter: name, value: upTo(random, 30) });
  const categories = [
    block("alarm", random, 30, {
      severities: severities(random, 4, "host"),
      policies: policies(target, 0),
    }),
    block("vulnerability", random, 20, {
      severities: severities(random, 3, "host"),
      counters: [counter("un_scanned_host_num")],
    }),
    block("baseline", random, 20, {
      severities: severities(random, 3, "host"),
      counters: [counter("existed_pwd_host_num"), counter("un_scanned_baseline_host_num")],
      policies: policies(target, 1),
    }),
    block("asset", random, 10, {
      counters: [counter("existed_danger_port_host_num")],
      policies: policies(target, 2),
    }),
    block("protection", random, 10, { counters: [counter("un_open_protection_host_num")] }),
    block("image", random, 10, {
      severities: severities(random, 3, "image"),
      counters: [counter("un_scanned_image_num")],
    }),
  ];
  return {
    totalRiskNum: categories.reduce<number>((sum, { totalRiskNum }) => sum + (totalRiskNum ?? 0), 0),
    categories,
  };
}

const BLOCKS: Record<Category, string> = {
  alarm: "alarm_risk",
  baseline: "baseline_risk",
  asset: "asset_risk",
  protection: "security_protect_risk",
  vulnerability: "vul_risk",
  image: "image_risk",
};

/** The content as ListSecurityRisk would have said it. */
function rawOf({ totalRiskNum, categories }: RiskListContent): object {
  const blocks = categories.map(({ category, severities: risks, ...said }) => [
    BLOCKS[category],
    {
      ...(risks.length > 0 && {
        risk_list: risks.map(({ severityRaw, affectedNum, affectedUnit, riskNum }) =>
          affectedUnit === "image"
            ? { severity: severityRaw, image_num: riskNum }
            : { severity: severityRaw, effected_host_num: affectedNum, risk_num: riskNum },
        ),
      }),
      deduct_score: said.deductScore,
      ...(["alarm", "baseline", "asset"].includes(category) && {
        policy_list: said.policies.map((policy) => ({
          policy_id: policy.policyId,
          policy_name: policy.policyName,
          os_type: policy.osType,
          host_num: policy.hostNum,
          rule_name: policy.ruleName,
        })),
      }),
      ...Object.fromEntries(said.counters.map(({ counter, value }) => [counter, value])),
      total_risk_num: said.totalRiskNum,
    },
  ]);
  return { ...Object.fromEntries(blocks), total_risk_num: totalRiskNum };
}

/** A target's answer after so many changes: seeded, of the documented example's shape and size. */
export function madeAnswer(target: number, changes: number): MadeAnswer {
  const content = contentOf(target, seeded(target * 10_007 + changes * 7919 + 1));
  return { content, payload: Buffer.from(JSON.stringify(rawOf(content))) };
}
