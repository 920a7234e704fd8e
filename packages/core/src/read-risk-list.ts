import { listSecurityRiskAnswer } from "./contract.ts";
import { normalize } from "./normalize.ts";
import { parseAnswer } from "./parse-answer.ts";
import { textFindings } from "./risk-list/text-findings.ts";
import type { RiskList } from "./risk-list.ts";

/** What a raw answer of ListSecurityRisk says. */
export interface ReadRiskList {
  riskList: RiskList;
  /** JSON paths of fields that are not documented. */
  unknownFields: string[];
}

/**
 * Checks and normalizes a raw answer of ListSecurityRisk. Pure: an answer that was kept is read again as if it came
 * today.
 *
 * @throws ContractError
 */
export function readRiskList(payload: Buffer): ReadRiskList {
  const parsed = parseAnswer("ListSecurityRisk", listSecurityRiskAnswer, payload);
  const riskList = normalize(parsed.data);
  const { unknownFields, oddities } = parsed;
  return {
    riskList: oddities.length === 0 ? riskList : { ...riskList, textFindings: textFindings(oddities) },
    unknownFields,
  };
}
