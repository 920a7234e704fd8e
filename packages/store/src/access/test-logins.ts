import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { type Ledger, openLedger } from "../open.ts";
import { emptyDatabase } from "../test-engines.ts";
import { grantReader } from "./grant-reader.ts";

/** A ledger of an ordinary user's own, as in production, and both logins of its readers. */
export interface TestLogins {
  ledger: Ledger;
  owner: string;
  analysts: string;
  audiences: string;
  remove(): Promise<void>;
}

const PASSWORD = "for-tests-only";

/** `postgres://…` of the same database, as another role. */
function loginOf(url: string, role: string): string {
  const login = new URL(url);
  login.username = role;
  login.password = PASSWORD;
  return login.href;
}

/** Makes them all, for one test file. */
export async function openTestLogins(): Promise<TestLogins> {
  const id = randomUUID().replaceAll("-", "");
  const [owner, analysts, audiences] = [`owner_${id}`, `analysts_${id}`, `audiences_${id}`] as const;
  const { url, remove } = await emptyDatabase("postgres");
  const server = new Client({ connectionString: inject("postgresUrl") });
  await server.connect();
  await server.query(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${PASSWORD}'`);
  await server.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO ${owner}`);
  const ledger = await openLedger(loginOf(url, owner));
  await grantReader(ledger.db, { role: analysts, kind: "analysts", password: PASSWORD });
  await grantReader(ledger.db, { role: audiences, kind: "audiences", password: PASSWORD });
  return {
    ledger,
    owner: loginOf(url, owner),
    analysts: loginOf(url, analysts),
    audiences: loginOf(url, audiences),
    async remove() {
      await ledger.close();
      await remove();
      for (const role of [analysts, audiences, owner]) await server.query(`DROP ROLE ${role}`);
      await server.end();
    },
  };
}
