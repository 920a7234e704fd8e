import type { ReadonlyKysely } from "kysely/readonly";
import type { Schema } from "../tables.ts";
import type { ViewsOnly } from "../target-identity.ts";

/** What names a project and its filter, whichever account sees it. */
export const placeOf = (one: { region: string; projectId: string; enterpriseProjectId: string }): string =>
  [one.region, one.projectId, one.enterpriseProjectId].join("\u0000");

/** The accounts that have a project and filter on record as expected, by `placeOf`: what names them in the ledger. */
export async function accountHolders(db: ViewsOnly): Promise<Map<string, Set<string>>> {
  // the table, since the view has the names of tonight, and an account may just get another one
  const rows = await (db as unknown as ReadonlyKysely<Schema>)
    .selectFrom("inventory")
    .select(["account", "region", "project_id", "enterprise_project_id"])
    .where("state", "=", "expected")
    .execute();
  const holders = new Map<string, Set<string>>();
  for (const { account, region, project_id, enterprise_project_id } of rows) {
    const place = placeOf({ region, projectId: project_id, enterpriseProjectId: enterprise_project_id });
    const known = holders.get(place) ?? new Set();
    holders.set(place, known.add(account));
  }
  return holders;
}
