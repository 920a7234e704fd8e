import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { inject } from "vitest";
import { type Ledger, openLedger } from "./open.ts";

export type Engine = "sqlite" | "postgres";

/** The engine that this run of the tests is for, as a list to describe each of. */
export const ENGINES: readonly Engine[] = [inject("engine")];

/** A ledger of a test's own. */
export interface TestLedger {
  ledger: Ledger;
  /** What `openLedger` and `openReader` take: a path, or a `postgres://` URL. */
  url: string;
  remove(): Promise<void>;
}

let owner: Promise<Client> | undefined;

async function connectOwner(): Promise<Client> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  // copies of a database share what they have in common, where the server (18 and later) and the disk can
  await client.query("SET file_copy_method = clone").catch(() => {});
  return client;
}

/** Statements as the owner of the server, over one connection of these tests. */
async function asOwner(statement: string): Promise<void> {
  owner ??= connectOwner();
  await (await owner).query(statement);
}

type Place = Omit<TestLedger, "ledger">;

function newFile(): Place {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-store-"));
  return { url: join(folder, "ledger.db"), remove: async () => rmSync(folder, { recursive: true }) };
}

async function newDatabase(template?: string): Promise<Place> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await asOwner(`CREATE DATABASE ${name} TEMPLATE ${template ?? "template1"} STRATEGY FILE_COPY`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => asOwner(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** An empty database: where it is, and how to be rid of it. */
export const emptyDatabase = async (engine: Engine = inject("engine")): Promise<Place> =>
  engine === "sqlite" ? newFile() : await newDatabase();

/** A copy of a ledger that nobody has open, on the engine of this run of the tests: a file, or a database's name. */
async function copyOf(template: string): Promise<Place> {
  if (inject("engine") === "postgres") return await newDatabase(template);
  const place = newFile();
  copyFileSync(template, place.url);
  return place;
}

/** A ledger that is there for one test, on the engine that the test runs on. */
export async function openTestLedger(engine: Engine = inject("engine")): Promise<TestLedger> {
  return await opened(
    await (engine === inject("engine") ? copyOf(inject("template")) : emptyDatabase(engine)),
  );
}

/** A ledger like one that a test has closed, for one test. */
export const openLedgerLike = async (url: string): Promise<TestLedger> =>
  await opened(await copyOf(inject("engine") === "postgres" ? new URL(url).pathname.slice(1) : url));

async function opened({ url, remove }: Place): Promise<TestLedger> {
  const ledger = await openLedger(url);
  return {
    ledger,
    url,
    async remove() {
      await ledger.close();
      await remove();
    },
  };
}
