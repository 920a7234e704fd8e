import { basename } from "node:path";
import { readSourceText, type SourceFile, sourceFiles } from "@nightledger/report/sources";
import { UsageError } from "./errors.ts";
import { REPORTS_DIR } from "./reports-dir.ts";
import { parseSavedQuery, type SavedQuery } from "./saved-query.ts";

const END = ".sql";

const nameOf = ({ path }: SourceFile): string => basename(path, END);

const files = (reportsDir: string): SourceFile[] => sourceFiles(reportsDir, "queries", END);

const read = (file: SourceFile): SavedQuery => parseSavedQuery(nameOf(file), readSourceText(file));

/** Every saved query, by name. @throws SavedQueryError, TemplateError */
export const savedQueries = (reportsDir: string = REPORTS_DIR): SavedQuery[] => files(reportsDir).map(read);

/** One saved query; a path is no name of one. @throws UsageError, SavedQueryError, TemplateError */
export function savedQuery(name: string, reportsDir: string = REPORTS_DIR): SavedQuery {
  const file = files(reportsDir).find((each) => nameOf(each) === name);
  if (file !== undefined) return read(file);
  throw new UsageError(`There is no saved query "${name}". "nightledger query --list" shows what there is.`);
}
