import type { JsonOddity } from "../http/survey-json.ts";
import { exactPath } from "../parse-answer.ts";
import type { Category, TextFinding } from "../risk-list.ts";

/** The blocks of ListSecurityRisk (table 4). */
const CATEGORY_OF: ReadonlyMap<string | number | undefined, Category> = new Map([
  ["alarm_risk", "alarm"],
  ["vul_risk", "vulnerability"],
  ["baseline_risk", "baseline"],
  ["asset_risk", "asset"],
  ["security_protect_risk", "protection"],
  ["image_risk", "image"],
]);

const RULE_OF = {
  not_utf8: "text_not_utf8",
  surrogate: "text_surrogate",
  nul: "text_nul",
  repeated: "key_repeated",
} as const;

/** So many are kept of an answer. */
const MOST = 20;

/** What was odd about the text of an answer that is loaded. Contradictions are none of it: they are no answer. */
export const textFindings = (oddities: readonly JsonOddity[]): TextFinding[] =>
  oddities
    .flatMap(({ kind, path }) =>
      kind === "contradicted"
        ? []
        : { category: CATEGORY_OF.get(path[0]) ?? null, rule: RULE_OF[kind], detail: exactPath(path) },
    )
    .slice(0, MOST);
