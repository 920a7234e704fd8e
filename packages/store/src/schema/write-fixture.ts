import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, openLedger } from "../open.ts";
import { dumpLedger } from "../testing/dump-ledger.ts";
import { recordFixtureNights } from "../testing/fixture-nights.ts";
import { startPostgres } from "../testing/postgres-server.ts";
import type { Engine } from "./engine.ts";
import { newestOf, THIS_VERSION } from "./version.ts";

/** Writes the ledger of this version into `fixtures/`, for each engine: a release runs it once, and commits what it wrote. */
const name = newestOf(THIS_VERSION).slice(0, 4);

async function write(engine: Engine, url: string): Promise<void> {
  const ledger: Ledger = await openLedger(url);
  await recordFixtureNights(ledger);
  const file = join(import.meta.dirname, "fixtures", engine, `${name}.sql`);
  writeFileSync(file, await dumpLedger(ledger.db));
  await ledger.close();
  process.stdout.write(`${file}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "nightledger-fixture-"));
const server = await startPostgres();
try {
  await write("sqlite", join(folder, "ledger.db"));
  await write("postgres", server.urlOf("postgres"));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}
