import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import type { ReadDataset } from "./dataset.ts";
import { FONT_BYTES, readSource } from "./definition/read-source.ts";
import type { Kind } from "./layers.ts";
import type { ReportDefinition } from "./report-definition.ts";

const KINDS: readonly (readonly [Kind, string])[] = [
  ["templates", ".hbs"],
  ["styles", ".css"],
  ["charts", ".json"],
  ["locales", ".yaml"],
  ["data", ".sql"],
];

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** SHA-256 of what the ledger said: the names of the datasets and all their rows. */
export const dataHash = (datasets: readonly ReadDataset[]): string =>
  sha256(JSON.stringify(datasets.map(({ name, rows }) => [name, rows])));

/** SHA-256 of everything in the report's folders, and its settings: what a document looks like and says. */
export function templateHash({
  layers,
  theme,
  palette: _,
  datasets: __,
  ...settings
}: ReportDefinition): string {
  const files = KINDS.flatMap(([kind, end]) => layers.all(kind, end));
  const contents = files.map((file) => [
    basename(dirname(file.path)),
    basename(file.path),
    sha256(readSource(file)),
  ]);
  const own = {
    ...theme,
    folder: null,
    fontFiles: theme.fontFiles.map(({ file, ...font }) => [font, sha256(readSource(file, FONT_BYTES))]),
  };
  return sha256(JSON.stringify([settings, own, contents]));
}
