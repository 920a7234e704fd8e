import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../test-engines.ts";
import { recordNight } from "../test-ledger.ts";
import { openScopedReader } from "./open-scoped-reader.ts";

let opened: TestLedger;

beforeAll(async () => {
  opened = await openTestLedger("postgres");
  await recordNight(opened.ledger, "2026-11-24", { p1: {}, p2: {} });
});

afterAll(() => opened.remove());

async function openFirst() {
  const reader = await openScopedReader(opened.url, { projects: ["p1"] }, "2026-11-24");
  const projects = async () => {
    const rows = await reader.db.selectFrom("risk_daily").select("project_id").execute();
    return rows.map(({ project_id }) => project_id);
  };
  return { projects, close: reader.close };
}

test("a connection that takes the place of one that died is scoped as well", async () => {
  const { projects, close } = await openFirst();
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'`.execute(
    opened.ledger.db,
  );
  // the query that finds the connection dead may fail; none may see more
  const seen = [await projects().catch(() => []), await projects().catch(() => []), await projects()];
  expect(seen.at(-1)).toEqual(["p1"]);
  expect(seen.flat().filter((project) => project !== "p1")).toEqual([]);
  await close();
});

test("a search path that has temporary names last is scoped as well", async () => {
  const name = sql.ref(new URL(opened.url).pathname.slice(1));
  await sql`ALTER DATABASE ${name} SET search_path = public, pg_temp`.execute(opened.ledger.db);
  const { projects, close } = await openFirst();
  expect(await projects()).toEqual(["p1"]);
  await close();
});
