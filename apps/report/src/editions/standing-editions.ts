import { join } from "node:path";
import type { Reader } from "@nightledger/store";
import { readDefinition } from "../report-definition.ts";
import type { EditionFormat } from "./edition-formats.ts";
import { editionInputs } from "./edition-inputs.ts";
import { editionName, MANIFEST_END } from "./edition-name.ts";
import { knownEditions } from "./known-editions.ts";
import { lastEdition } from "./last-edition.ts";
import type { Manifest } from "./manifest.ts";
import { isIntact, type PlacedEdition } from "./place-edition.ts";
import { findSubjects, type ReportAudience, type ReportTarget } from "./report-subject.ts";

/** Which editions are looked for; the fields are those of `ReportOrder`. */
export interface StandingOrder {
  name: string;
  dataDate: string;
  locale: string;
  reportsDir: string;
  themeDir?: string | undefined;
  outDir: string;
  formats: readonly EditionFormat[];
  audience?: ReportAudience;
  audienceFilter: unknown;
  only?: ((target: ReportTarget) => boolean) | undefined;
}

/** Whether an edition has all these formats, and each file is as it was made. */
export const hasIntact = (folder: string, { files }: Manifest, formats: readonly EditionFormat[]): boolean =>
  formats.every((format) => files.some((file) => file.format === format)) &&
  files.filter(({ format }) => formats.includes(format)).every((file) => isIntact(folder, file));

/**
 * The editions of a report and night that are in place and would come out the same, by what they were made from: nothing
 * is rendered to find out. Null where one of them is not there, was made from something else, or is damaged.
 *
 * @throws UnknownReportError, TemplateError
 */
export async function standingEditions(
  db: Reader["db"],
  order: StandingOrder,
): Promise<PlacedEdition[] | null> {
  const { dataDate, locale, outDir, formats } = order;
  const known = knownEditions(outDir);
  if (known.size === 0) return null;
  const definition = readDefinition(order.reportsDir, order.name, order.themeDir);
  const audience = order.audience ?? null;
  const inputs = await editionInputs(db, definition, {
    dataDate,
    locale,
    audience: [audience, order.audienceFilter],
  });
  if (inputs === null) return null;
  const subjects = await findSubjects(db, definition, dataDate, { audience, only: order.only });
  const standing: PlacedEdition[] = [];
  for (const subject of subjects) {
    const key = { report: definition.name, dataDate, locale, subject };
    const last = lastEdition(outDir, known, key);
    if (last === null || last.manifest === null || last.manifest.inputsHash !== inputs) return null;
    if (!hasIntact(outDir, last.manifest, formats)) return null;
    const manifest = join(outDir, `${editionName(key, last.edition)}${MANIFEST_END}`);
    standing.push({ passed: true, isNew: false, manifest, told: last.manifest });
  }
  return standing.length === 0 ? null : standing;
}
