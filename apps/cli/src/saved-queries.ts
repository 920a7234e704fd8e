import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./errors.ts";
import { REPORTS_DIR } from "./reports-dir.ts";
import { parseSavedQuery, type SavedQuery } from "./saved-query.ts";

const QUERIES_DIR = join(REPORTS_DIR, "queries");

const names = (): string[] =>
  readdirSync(QUERIES_DIR)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();

const read = (name: string): SavedQuery =>
  parseSavedQuery(name, readFileSync(join(QUERIES_DIR, `${name}.sql`), "utf8"));

/** Every saved query, by name. @throws SavedQueryError */
export const savedQueries = (): SavedQuery[] => names().map(read);

/** One saved query. @throws UsageError, SavedQueryError */
export function savedQuery(name: string): SavedQuery {
  if (!names().includes(name)) {
    throw new UsageError(
      `There is no saved query "${name}". "nightledger query --list" shows what there is.`,
    );
  }
  return read(name);
}
