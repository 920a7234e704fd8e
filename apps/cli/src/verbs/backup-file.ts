import { resolve } from "node:path";
import { isPostgresUrl } from "@nightledger/store";
import type { Config } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../verb.ts";

/** The one file that a verb names, and that the ledger is one, too. @throws UsageError */
export function backupFileOf(
  verb: "backup" | "restore",
  terminal: Terminal,
  config: Config,
  operands: readonly string[],
): string {
  const [file] = operands;
  if (file === undefined || operands.length > 1) {
    throw new UsageError(`Give one file: nightledger ${verb} FILE.`);
  }
  if (isPostgresUrl(config.database)) {
    const tool = verb === "backup" ? "pg_dump" : "pg_restore";
    throw new UsageError(`The ledger is a PostgreSQL database: use ${tool}. ${verb} is for SQLite files.`);
  }
  return resolve(terminal.cwd, file);
}
