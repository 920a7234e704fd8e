import type { Transaction } from "kysely";
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

/** The targets of an account on its newest night up to a date: what to expect when discovery fails. */
export async function lastKnownTargets(
  db: ViewsOnly,
  account: string,
  upTo: string,
): Promise<TargetIdentity[]> {
  const rows = await db
    .selectFrom("coverage_target_daily")
    .selectAll()
    .where("account", "=", account)
    .where("data_date", "=", (eb) =>
      eb
        .selectFrom("coverage_target_daily")
        .select((max) => max.fn.max("data_date").as("data_date"))
        .where("account", "=", account)
        .where("data_date", "<=", upTo),
    )
    .execute();
  return rows.map((row) => ({
    account: row.account,
    region: row.region,
    projectId: row.project_id,
    projectName: row.project_name,
    enterpriseProjectId: row.enterprise_project_id,
  }));
}
