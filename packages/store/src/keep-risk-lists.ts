import type { Batch } from "./batch.ts";
import { canonicalContent, canonicalHash, type RiskListContent } from "./content.ts";
import { lookUp } from "./look-up.ts";
import { PartRows } from "./part-rows.ts";

/** Keeps contents, once each, and gives their ids. */
export async function keepRiskLists(batch: Batch, given: readonly RiskListContent[]): Promise<number[]> {
  const contents = given.map(canonicalContent);
  const hashes = contents.map(canonicalHash);
  const { missing, ids } = await lookUp(batch, "risk_list", hashes);
  const rows = missing.map((place) => ({
    hash: hashes[place] as Buffer,
    total_risk_num: (contents[place] as RiskListContent).totalRiskNum,
  }));
  const added = await batch.add("risk_list", rows);
  const parts = new PartRows();
  for (const [index, place] of missing.entries()) {
    parts.add(added[index] as number, contents[place] as RiskListContent);
  }
  await parts.insert(batch);
  return ids(added);
}
