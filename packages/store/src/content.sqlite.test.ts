import { expect, test } from "vitest";
import { contentHash, type RiskListContent } from "./content.ts";

type Alarm = RiskListContent["categories"][number];

const content = (lists: Pick<Alarm, "severities" | "counters" | "policies">): RiskListContent => ({
  totalRiskNum: 7,
  categories: [{ category: "alarm", present: true, totalRiskNum: 7, deductScore: 1.5, ...lists }],
});

const severity = (severity: Alarm["severities"][number]["severity"], riskNum: number | null) => ({
  severity,
  severityRaw: severity,
  riskNum,
  affectedNum: null,
  affectedUnit: "host" as const,
});

const policy = (policyId: string | null) => ({
  policyId,
  policyName: "Login",
  osType: "Linux",
  hostNum: 3,
  ruleName: null,
});

const LISTS = {
  severities: [severity("low", 2), severity("critical", 10), severity("low", null), severity("low", 10)],
  counters: [
    { counter: "un_scanned_host_num", value: 0 },
    { counter: "un_scanned", value: null },
  ],
  policies: [policy("b"), policy(null), policy("a")],
};

// frozen: ledgers hold contents under these hashes
test("the address of a content is the same in every version, whatever the order of its lists", () => {
  const turned = {
    severities: LISTS.severities.toReversed(),
    counters: LISTS.counters.toReversed(),
    policies: LISTS.policies.toReversed(),
  };
  expect(contentHash(content(LISTS)).toString("hex")).toBe(
    "95344795f2859edb5c39b6a3850a3647e74ec869cda3a483686b99f2ab3fdd38",
  );
  expect(contentHash(content(turned)).toString("hex")).toBe(
    "95344795f2859edb5c39b6a3850a3647e74ec869cda3a483686b99f2ab3fdd38",
  );
});
