import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { openLedger } from "../open.ts";
import { startPostgres } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    engine: "sqlite" | "postgres";
    postgresUrl: string;
    /** An empty ledger that tests make copies of: a file, or the name of a database. */
    template: string;
  }
}

async function makeTemplate(url: string): Promise<void> {
  const ledger = await openLedger(url);
  await ledger.close();
}

const TEMPLATE = "template_ledger";

async function setupPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  const url = server.urlOf("postgres");
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  await makeTemplate(server.urlOf(TEMPLATE));
  project.provide("postgresUrl", url);
  project.provide("template", TEMPLATE);
  return () => server.stop();
}

async function setupSqlite(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-template-"));
  const template = join(folder, "ledger.db");
  await makeTemplate(template);
  project.provide("template", template);
  return () => rmSync(folder, { recursive: true });
}

/** One PostgreSQL for all test files of a run, and one empty ledger: each test makes copies of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void> | void> {
  return await (project.name === "postgres" ? setupPostgres : setupSqlite)(project);
}
