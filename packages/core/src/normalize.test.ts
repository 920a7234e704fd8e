import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listSecurityRiskAnswer } from "./contract.ts";
import { normalize } from "./normalize.ts";
import { parseAnswer } from "./parse-answer.ts";
import { CAPS, CATEGORIES } from "./risk-list.ts";

const documented = readFileSync(new URL("../fixtures/documented-answer.json", import.meta.url));
const parse = (body: string | Buffer) =>
  normalize(parseAnswer("ListSecurityRisk", listSecurityRiskAnswer, Buffer.from(body)).data);

test("the documented answer keeps every figure", () => {
  const riskList = parse(documented);
  expect(riskList.totalRiskNum).toBe(10663);
  expect(
    riskList.categories.map((block) => [
      block.category,
      block.deductScore,
      block.totalRiskNum,
      block.counters,
    ]),
  ).toEqual([
    ["alarm", 30, 5145, []],
    ["vulnerability", 20, 4729, [{ counter: "un_scanned_host_num", value: 2 }]],
    [
      "baseline",
      20,
      39,
      [
        { counter: "existed_pwd_host_num", value: 16 },
        { counter: "un_scanned_baseline_host_num", value: 3 },
      ],
    ],
    ["asset", 0, 0, [{ counter: "existed_danger_port_host_num", value: 0 }]],
    ["protection", 10, 118, [{ counter: "un_open_protection_host_num", value: 118 }]],
    ["image", 10, 632, [{ counter: "un_scanned_image_num", value: 5 }]],
  ]);
  const [alarm, vulnerability, , asset, , image] = riskList.categories;
  expect(alarm?.severities.map((risk) => [risk.severity, risk.severityRaw, risk.riskNum])).toEqual([
    ["critical", "Critical", 27],
    ["high", "High", 4103],
    ["medium", "Medium", 75],
    ["low", "Low", 936],
  ]);
  expect(vulnerability?.severities[0]).toEqual({
    severity: "high",
    severityRaw: "High",
    riskNum: 500,
    affectedNum: 34,
    affectedUnit: "host",
  });
  expect(image?.severities[0]).toEqual({
    severity: "high",
    severityRaw: "High",
    riskNum: 507,
    affectedNum: 507,
    affectedUnit: "image",
  });
  expect(asset?.policies).toEqual([
    { policyId: "xxxx", policyName: "xxxx", osType: "xxxx", hostNum: 1, ruleName: "xxxx" },
  ]);
});

test("what is absent or null stays unknown, never zero", () => {
  const riskList = parse('{"alarm_risk":{"deduct_score":null},"vul_risk":null}');
  expect(riskList.totalRiskNum).toBeNull();
  expect(riskList.categories.map((block) => [block.category, block.present, block.deductScore])).toEqual([
    ["alarm", true, null],
    ["vulnerability", false, null],
    ["baseline", false, null],
    ["asset", false, null],
    ["protection", false, null],
    ["image", false, null],
  ]);
});

test("severities match in any case, others are unknown with their raw text", () => {
  const riskList = parse(
    '{"alarm_risk":{"risk_list":[{"severity":"HIGH","risk_num":1},{"severity":"tips"}]}}',
  );
  expect(riskList.categories[0]?.severities.map((risk) => [risk.severity, risk.severityRaw])).toEqual([
    ["high", "HIGH"],
    ["unknown", "tips"],
  ]);
});

test("a deduction stays as it came, noise and all", () => {
  const riskList = parse('{"alarm_risk":{"deduct_score":19.899999618530273}}');
  expect(riskList.categories[0]?.deductScore).toBe(19.899999618530273);
});

test("a text that no database would take loses what makes it so, and nothing else", () => {
  const riskList = parse('{"alarm_risk":{"risk_list":[{"severity":"a\\u0000b\\ud800c<&>"}]}}');
  expect(riskList.categories[0]?.severities[0]?.severityRaw).toBe("a\ufffdb\ufffdc<&>");
});

test("fields that are not documented are told, each once, and change nothing", () => {
  const body =
    '{"alarm_risk":{"risk_list":[{"severity":"High","risk_num":1,"trend":2},{"trend":3}],"note":null},"next":{"a":1}}';
  const { data, unknownFields } = parseAnswer("ListSecurityRisk", listSecurityRiskAnswer, Buffer.from(body));
  expect(unknownFields.toSorted()).toEqual(["$.alarm_risk.note", "$.alarm_risk.risk_list[].trend", "$.next"]);
  expect(data).toEqual({ alarm_risk: { risk_list: [{ severity: "High", risk_num: 1 }, {}] } });
});

test.each([
  ['{"alarm_risk":{"risk_list":[{"risk_num":"27"}]}}', "$.alarm_risk.risk_list[0].risk_num"],
  ['{"vul_risk":[]}', "$.vul_risk"],
  ['{"total_risk_num":9007199254740993}', "$.total_risk_num"],
  ['{"total_risk_num":1,"added":2,"asset_risk":{"deduct_score":"3"}}', "$.asset_risk.deduct_score"],
  ["[]", "$: "],
  ["<html>", "$: not JSON"],
])("%s is refused, naming where", (body, path) => {
  expect(() => parse(body)).toThrow(path);
});

test("the caps add up to the 100 points there are", () => {
  expect(CATEGORIES.map((category) => CAPS[category])).toEqual([30, 20, 20, 10, 10, 10]);
});
