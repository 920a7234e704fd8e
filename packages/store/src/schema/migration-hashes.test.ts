import { expect, inject, test } from "vitest";
import { hashMigration } from "./hash-migration.ts";
import { MIGRATION_HASHES } from "./migration-hashes.ts";
import { MIGRATIONS } from "./migration-list.ts";

test.each(Object.entries(MIGRATIONS))("%s is what it was when it was committed", async (name, migration) => {
  const engine = inject("engine");
  expect(MIGRATION_HASHES[name]?.[engine]).toBe(await hashMigration(migration, engine));
});

test("no hash is of a migration that is gone", () => {
  expect(Object.keys(MIGRATION_HASHES)).toEqual(Object.keys(MIGRATIONS));
});
