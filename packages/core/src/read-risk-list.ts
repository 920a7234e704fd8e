import { listSecurityRiskAnswer } from "./contract.ts";
import { normalize } from "./normalize.ts";
import { parseAnswer } from "./parse-answer.ts";
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
  const { data, unknownFields } = parseAnswer("ListSecurityRisk", listSecurityRiskAnswer, payload);
  return { riskList: normalize(data), unknownFields };
}
