import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import type { FilePermissions } from "../atomic-file/file-permissions.ts";
import { UnreadableLedgerError, UnwrittenFileError } from "../errors.ts";
import { isDamage } from "./damage.ts";
import { swapIn } from "./swap-in.ts";

/**
 * Puts a read-only copy of a ledger in its place, for analysts: they never lock the ledger, and the nightly never
 * locks them. It is one file without a write-ahead log, so it opens from a place that cannot be written. Who has the
 * old one open goes on reading the old night. Whatever opens it, nobody writes it; who may read it is what
 * `permissions` say, or the umask.
 *
 * @throws UnwrittenFileError; the copy before stays
 */
export async function writeAnalystSnapshot(
  database: string,
  file: string,
  permissions: FilePermissions = {},
): Promise<void> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    await swapIn(file, { ...permissions, isReadOnly: true }, (temporary) => {
      const source = new Database(database, { readonly: true, fileMustExist: true, timeout: 10_000 });
      try {
        source.prepare("VACUUM INTO ?").run(temporary);
      } finally {
        source.close();
      }
    });
  } catch (error) {
    if (isDamage(error)) throw new UnreadableLedgerError(database, error);
    throw new UnwrittenFileError("The analysts' snapshot", file, error);
  }
}
