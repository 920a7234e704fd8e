import { type Kysely, sql, type Transaction } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Batch } from "./batch.ts";
import { savePeriods } from "./load/save-periods.ts";
import type { Schema } from "./tables.ts";
import type { Views } from "./views.ts";

/** What names a target, as discovery found it. */
export interface TargetIdentity {
  account: string;
  region: string;
  projectId: string;
  projectName: string;
  enterpriseProjectId: string;
  /** What names the account in the ledger; left out, its name. */
  accountKey?: string;
}

const identityOf = (
  account: string,
  region: string,
  projectId: string,
  enterpriseProjectId: string,
): string => [account, region, projectId, enterpriseProjectId].join("\u0000");

/** Puts targets that are new in the ledger, notes which projects are called otherwise, and gives the ids of all. */
export async function keepTargets(
  db: Transaction<Schema>,
  batch: Batch,
  now: { runId: number; dataDate: string },
  targets: readonly TargetIdentity[],
): Promise<number[]> {
  const known = new Map(
    (await db.selectFrom("target").selectAll().execute()).map((row) => [
      identityOf(row.account, row.region, row.project_id, row.enterprise_project_id),
      { id: row.id, name: row.project_name },
    ]),
  );
  const keyOf = ({ account, accountKey, region, projectId, enterpriseProjectId }: TargetIdentity) =>
    identityOf(accountKey ?? account, region, projectId, enterpriseProjectId);
  const unknown = [...new Map(targets.map((target) => [keyOf(target), target]))].filter(
    ([key]) => !known.has(key),
  );
  const ids = await batch.add(
    "target",
    unknown.map(([, target]) => ({
      account: target.accountKey ?? target.account,
      region: target.region,
      project_id: target.projectId,
      enterprise_project_id: target.enterpriseProjectId,
      project_name: target.projectName,
    })),
  );
  for (const [index, [key, { projectName }]] of unknown.entries()) {
    known.set(key, { id: ids[index] as number, name: projectName });
  }
  const named = targets.map((target) => ({
    ...(known.get(keyOf(target)) as { id: number; name: string }),
    projectName: target.projectName,
  }));
  await savePeriods(
    db,
    batch,
    { table: "name_period", now },
    named.map(({ id, name, projectName }) => ({
      key: id,
      values: { project_name: projectName },
      base: { project_name: name },
    })),
  );
  return named.map(({ id }) => id);
}

/** Anything that views can be read through: a ledger, or a reader of one. */
export type ViewsOnly = Pick<ReadonlyKysely<Views>, "selectFrom">;

/**
 * The targets of an account on its newest night up to a date: what to expect when discovery fails.
 *
 * @param accountKey what names the account in the ledger, whatever it is called
 */
export async function lastKnownTargets(
  db: ViewsOnly,
  accountKey: string,
  upTo: string,
): Promise<TargetIdentity[]> {
  const { rows } = await sql<TargetIdentity>`
    SELECT c.account, c.region, c.project_id AS "projectId", c.project_name AS "projectName",
      c.enterprise_project_id AS "enterpriseProjectId"
    FROM coverage_target_daily c JOIN target t ON t.id = c.target_id
    WHERE t.account = ${accountKey} AND c.data_date = (
      SELECT MAX(CASE WHEN s.last IS NULL OR s.gap > s.last THEN s.gap ELSE s.last END) FROM (
        SELECT (SELECT MAX(data_date) FROM snapshot WHERE target_id = o.id AND data_date <= ${upTo}) AS last,
          (SELECT MAX(data_date) FROM gap WHERE target_id = o.id AND data_date <= ${upTo}) AS gap
        FROM target o WHERE o.account = ${accountKey}) AS s)`.execute(db as unknown as Kysely<Schema>);
  return rows;
}
