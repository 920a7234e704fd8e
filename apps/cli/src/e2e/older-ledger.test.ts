import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runHere } from "../test-command.ts";

const FIXTURES = new URL("../../../../packages/store/src/schema/fixtures/sqlite/", import.meta.url);

test.each(["0001", "0007", "0013"])(
  "plan says of the ledger %s that it has to be upgraded first",
  async (version) => {
    const folder = mkdtempSync(join(tmpdir(), "nightledger-older-"));
    try {
      const db = new DatabaseSync(join(folder, "nightledger.db"));
      // a file that is thrown away needs no sync for each of its statements
      db.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
      db.exec(readFileSync(fileURLToPath(new URL(`${version}.sql`, FIXTURES)), "utf8"));
      db.close();
      writeFileSync(join(folder, "key"), "AK");
      const account = { name: "acme", credential: { ak: "${file:key}", sk: "${file:key}" } };
      const config = {
        timeZone: "UTC",
        database: "./nightledger.db",
        reports: "./reports",
        accounts: [account],
      };
      writeFileSync(join(folder, "nightledger.yaml"), JSON.stringify(config));
      const { status, err } = await runHere(folder, ["plan"]);
      expect(err).toContain("The ledger has the schema of an earlier nightledger");
      expect(err).toContain('"nightledger migrate"');
      expect(status).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
