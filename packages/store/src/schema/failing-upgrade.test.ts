import { readFileSync } from "node:fs";
import { Kysely, sql } from "kysely";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { connect } from "../open.ts";
import type { Schema } from "../tables.ts";
import { emptyDatabase } from "../test-engines.ts";
import { everythingOf } from "../testing/dump-ledger.ts";
import { fixtureNames, makeFixture } from "../testing/fixture-ledger.ts";
import { checkMigration, migrateLedger } from "./migrate-ledger.ts";
import { THIS_VERSION, type Version } from "./version.ts";

const engine = inject("engine");
const [oldest] = fixtureNames(engine) as [string];

let place: Awaited<ReturnType<typeof emptyDatabase>>;

beforeEach(async () => {
  place = await emptyDatabase();
});
afterEach(() => place.remove());

async function withDatabase<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const db = new Kysely<Schema>({ dialect: connect(place.url).dialect });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

const everything = () => withDatabase(everythingOf);
const run = (...statements: string[]) =>
  withDatabase(async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  });
/** Of a SQLite ledger the file itself, too. */
const bytes = () => (engine === "sqlite" ? readFileSync(place.url).toString("base64") : "");

/** What is expected of an upgrade that fails at a step: it is named, and nothing has changed. */
async function expectNothingChanged(version: Version, message: RegExp): Promise<void> {
  const [before, bytesBefore] = [await everything(), bytes()];
  await expect(migrateLedger(place.url, { version })).rejects.toThrow(message);
  expect(await everything()).toBe(before);
  expect(bytes()).toBe(bytesBefore);
}

const failing = (name: string): Version => ({
  ...THIS_VERSION,
  migrations: Object.fromEntries(
    Object.entries(THIS_VERSION.migrations).map(([each, migration]) => [
      each,
      {
        async up(db) {
          await migration.up(db);
          if (each === name) throw new Error("injected");
        },
      },
    ]),
  ),
});

const PENDING = Object.keys(THIS_VERSION.migrations).filter((name) => name > `${oldest.slice(0, 4)}~`);

test("a migration that fails leaves the ledger as it was, whichever it is", async () => {
  await makeFixture(engine, oldest, place.url);
  for (const name of PENDING) {
    await expectNothingChanged(
      failing(name),
      new RegExp(
        `^The ledger was not upgraded from \\S+ to \\S+: migration ${name} failed \\(injected\\)\\. Nothing was changed: .* nightledger migrate --check`.replace(
          "nightledger migrate",
          '"nightledger migrate',
        ),
      ),
    );
  }
});

const VIEWS = THIS_VERSION.views(engine).map(([name]) => name);
/** The first, the last, and some between. */
const SOME_VIEWS = VIEWS.filter((_, index) => index % 29 === 0 || index === VIEWS.length - 1);

test("a view that cannot be made leaves the ledger as it was", async () => {
  await makeFixture(engine, oldest, place.url);
  for (const broken of SOME_VIEWS) {
    const version: Version = {
      ...THIS_VERSION,
      views: () =>
        THIS_VERSION.views(engine).map(([name, select]) => [
          name,
          name === broken ? "SELECT lost FROM nowhere" : select,
        ]),
    };
    await expectNothingChanged(
      version,
      new RegExp(`: view ${broken} failed \\(.*nowhere.*\\)\\. Nothing was changed`),
    );
  }
});

/** A trigger that lets no row into a table, or out of it. */
const refusing = (table: string, event: "INSERT" | "DELETE"): string[] =>
  engine === "sqlite"
    ? [`CREATE TRIGGER refuse BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, 'injected'); END`]
    : [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'injected'; END $$",
        `CREATE TRIGGER refuse BEFORE ${event} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()`,
      ];

test.each([
  ["kysely_migration", "INSERT", "migration 0011-upgrades"],
  ["rollup_night", "DELETE", "forgetting the kept sums"],
] as const)("what cannot be written to %s leaves the ledger as it was", async (table, event, step) => {
  await makeFixture(engine, "0010", place.url);
  await run(...refusing(table, event));
  await expectNothingChanged(THIS_VERSION, new RegExp(`: ${step} failed \\(injected\\)`));
});

test("the hashes of the views are part of it", async () => {
  await makeFixture(engine, "0010", place.url);
  await migrateLedger(place.url);
  await run("DELETE FROM view_hash", ...refusing("view_hash", "INSERT"));
  await expectNothingChanged(THIS_VERSION, /: keeping the hashes of the views failed \(injected\)/);
});

/** What only the commit finds out. */
const REFUSING_LATE =
  engine === "sqlite"
    ? [
        "CREATE TABLE late (run_id integer REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER refuse AFTER INSERT ON view_hash BEGIN INSERT INTO late VALUES (-1); END",
      ]
    : [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'injected'; END $$",
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON view_hash DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
      ];

test("a commit that fails is a step like any other", async () => {
  await makeFixture(engine, "0010", place.url);
  await migrateLedger(place.url);
  await run("DELETE FROM view_hash", ...REFUSING_LATE);
  await expectNothingChanged(
    THIS_VERSION,
    /: the commit failed \((injected|FOREIGN KEY constraint failed)\)/,
  );
});

test("an upgrade that is only tried leaves the ledger as it was, and says what it would do", async () => {
  await makeFixture(engine, oldest, place.url);
  const [before, bytesBefore] = [await everything(), bytes()];
  const { applied, known, upgrade, refusal } = await checkMigration(place.url);
  expect([applied, known, refusal]).toEqual([
    Number(oldest.slice(0, 4)),
    Object.keys(THIS_VERSION.migrations).length,
    null,
  ]);
  expect(upgrade?.migrations).toEqual(PENDING);
  expect(await everything()).toBe(before);
  expect(bytes()).toBe(bytesBefore);
  expect(await migrateLedger(place.url)).toEqual(upgrade);
  expect(await migrateLedger(place.url)).toBeNull();
});

test("an edited migration is refused, and nothing is touched", async () => {
  await makeFixture(engine, "0010", place.url);
  await migrateLedger(place.url);
  const version = {
    ...THIS_VERSION,
    hashes: { ...THIS_VERSION.hashes, "0004-layout": { sqlite: "00".repeat(32), postgres: "00".repeat(32) } },
  };
  await expectNothingChanged(
    version,
    /^The ledger has been through another wording of the migration 0004-layout than this nightledger has/,
  );
});

test("tables that somebody has altered are refused before their hashes are kept", async () => {
  await makeFixture(engine, "0009", place.url);
  await run("ALTER TABLE gap ADD COLUMN excuse text");
  await expectNothingChanged(
    THIS_VERSION,
    /^The ledger was not upgraded: its tables are not those that its migrations make \(gap has "column excuse text"\)\. Nothing was changed/,
  );
});
