import { sql, type Transaction } from "kysely";
import { OtherStructureError } from "../errors.ts";
import * as rollups from "../migrations/0006-rollups.ts";
import type { Schema } from "../tables.ts";
import { engineOf } from "./engine.ts";
import { type Difference, differencesOf, structureOf } from "./ledger-structure.ts";
import type { Version } from "./version.ts";
import { wantedStructure } from "./wanted-structure.ts";

/** What an early wording of a migration left otherwise, before migrations were frozen, and what brings it right. */
interface EarlyWording {
  migration: string;
  isOf(difference: Difference): boolean;
  mend(tx: Transaction<Schema>): Promise<void>;
}

const lines = ({ missing, extra }: Difference): readonly string[] => [...missing, ...extra];

const EARLY_WORDINGS: readonly EarlyWording[] = [
  {
    migration: "0003-history",
    isOf: (difference) =>
      difference.table === "view_set" ||
      (difference.table === "revision" && lines(difference).every((line) => line.startsWith("index "))),
    async mend(tx) {
      const blob = engineOf(tx) === "postgres" ? "bytea" : "blob";
      const column = `"hash" ${blob} not null`;
      await sql`CREATE TABLE IF NOT EXISTS view_set (${sql.raw(column)})`.execute(tx);
      await sql`CREATE INDEX IF NOT EXISTS revision_by_night ON revision (data_date, target_id)`.execute(tx);
      await sql`CREATE INDEX IF NOT EXISTS revision_by_run ON revision (run_id)`.execute(tx);
    },
  },
  {
    // its tables only save time: the views make what they lack
    migration: "0006-rollups",
    isOf: (difference) =>
      difference.table.startsWith("rollup_") ||
      (difference.table === "snapshot" &&
        lines(difference).every((line) => line.includes("snapshot_by_target"))),
    async mend(tx) {
      for (const table of (await structureOf(tx)).keys()) {
        if (table.startsWith("rollup_")) await tx.schema.dropTable(table).execute();
      }
      await sql`DROP INDEX snapshot_by_target`.execute(tx);
      await sql`CREATE UNIQUE INDEX snapshot_by_target ON snapshot (target_id, data_date)`.execute(tx);
      await rollups.up(tx);
    },
  },
];

/**
 * Checks that a ledger which keeps no hashes of its migrations has the tables that these make. One that an early wording
 * has made is brought right, once its views are out of the way.
 *
 * @throws OtherStructureError
 */
export async function takeOver(
  tx: Transaction<Schema>,
  version: Version,
  applied: readonly string[],
  withoutViews: () => Promise<void>,
): Promise<void> {
  const wanted = await wantedStructure(tx, version, applied);
  const differences = differencesOf(wanted, await structureOf(tx));
  if (differences.length === 0) return;
  const wordings = EARLY_WORDINGS.filter(
    ({ migration, isOf }) => applied.includes(migration) && differences.some(isOf),
  );
  const left = differences.filter((each) => !wordings.some(({ isOf }) => isOf(each)));
  if (left.length > 0) throw new OtherStructureError(left);
  await withoutViews();
  for (const { mend } of wordings) await mend(tx);
  const still = differencesOf(wanted, await structureOf(tx));
  if (still.length > 0) throw new OtherStructureError(still);
}
