import { type Reader, sealOf } from "@nightledger/store";
import { failureCure } from "./failure-cure.ts";

/** What the run found otherwise than before: what came, went, was left out, or is called otherwise. */
const scopeOf = async ({ db }: Reader, run: { run_id: number; data_date: string }) =>
  await db
    .selectFrom("scope_change_daily")
    .select(["change", "reason", "account", "region", "project_name", "enterprise_project_id"])
    .select(["old_value", "new_value", "detail"])
    .where("run_id", "=", run.run_id)
    .where("data_date", "=", run.data_date)
    .orderBy("change")
    .orderBy("account")
    .orderBy("project_name")
    .orderBy("enterprise_project_id")
    .execute();

/** One run with what it cost and what it missed; null where there is none of that number. */
export async function runDetails(reader: Reader, id: number) {
  const { db } = reader;
  const run = await db.selectFrom("run_history").selectAll().where("run_id", "=", id).executeTakeFirst();
  if (run === undefined) return null;
  const { run_id } = run;
  const statistics = await db
    .selectFrom("run_statistics")
    .selectAll()
    .where("run_id", "=", run_id)
    .executeTakeFirst();
  const minutes = await db
    .selectFrom("run_minute")
    .select(["minute", "calls", "fresh", "missing"])
    .where("run_id", "=", run_id)
    .orderBy("minute")
    .execute();
  const slow = await db
    .selectFrom("run_slow_target")
    .select(["account", "region", "project_name", "busy_ms", "waited_ms", "attempts"])
    .where("run_id", "=", run_id)
    .orderBy("place")
    .execute();
  const failures = await db
    .selectFrom("run_failure")
    .select(["failure_kind", "targets"])
    .where("run_id", "=", run_id)
    .where("data_date", "=", run.data_date)
    .orderBy("failure_kind")
    .execute();
  const missing = await db
    .selectFrom("coverage_target_daily")
    .select(["account", "region", "project_name", "failure_kind", "attempts", "carried_from", "detail"])
    .where("run_id", "=", run_id)
    .where("data_date", "=", run.data_date)
    .where("outcome", "=", "missing")
    .orderBy("account")
    .orderBy("project_name")
    .execute();
  const scope = await scopeOf(reader, run);
  return {
    ...run,
    seal: (await sealOf(reader, run_id))?.hash ?? null,
    statistics: statistics ?? null,
    minutes,
    slow_targets: slow,
    failures: failures.map((failure) => ({ ...failure, cure: failureCure(failure.failure_kind) })),
    missing_targets: missing,
    scope_changes: scope,
  };
}

export type RunDetails = NonNullable<Awaited<ReturnType<typeof runDetails>>>;
