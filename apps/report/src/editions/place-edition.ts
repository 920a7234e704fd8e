import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { placeFile } from "@nightledger/store/atomic-file";
import { sha256 } from "../content-hash.ts";
import type { Finding } from "../pdf/finding.ts";
import type { ReportDefinition } from "../report-definition.ts";
import { workbookHash } from "./answers.ts";
import type { Edition } from "./edition.ts";
import { editionName, MANIFEST_END } from "./edition-name.ts";
import { fontsIn } from "./fonts-in.ts";
import type { MadeFile, MadeFiles } from "./make-files.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { versionsNow } from "./versions.ts";

/** What a manifest says beside the edition itself. */
export interface Origin {
  /** The folder that has the editions made before, if that is another one. */
  known?: string;
  /** The manifest of this edition when it was made before. */
  before: Manifest | null;
  runs: readonly number[];
  /** SHA-256 of all that it is made from; null, or left out, is not known. */
  inputsHash?: string | null;
  theme: ReportDefinition["theme"];
  /** The browser that printed; null where nothing was. */
  chromium: string | null;
}

/** An edition whose files are in place. */
export interface PlacedEdition {
  passed: true;
  /** Whether it was not there before. */
  isNew: boolean;
  /** The path of its manifest. */
  manifest: string;
  /** What it says. */
  told: Manifest;
}

/** Whether a file of an edition is there as it was made. */
export const isIntact = (folder: string, { name, sha256: wanted }: ManifestFile): boolean => {
  const file = join(folder, name);
  return existsSync(file) && sha256(readFileSync(file)) === wanted;
};

function manifestOf(edition: Edition, files: ManifestFile[], origin: Origin): Manifest {
  const { document, subject, createdAt } = edition;
  const { before, theme } = origin;
  return {
    schemaVersion: 1,
    report: document.report,
    title: document.title,
    dataDate: document.dataDate,
    subject,
    locale: document.locale,
    edition: edition.edition,
    createdAt,
    runs: [...origin.runs],
    seal: edition.seal,
    dataHash: document.dataHash,
    workbookHash: workbookHash(edition) ?? before?.workbookHash ?? null,
    templateHash: document.templateHash,
    documentHash: sha256(document.html),
    inputsHash: origin.inputsHash ?? null,
    theme: theme.folder === null ? null : { folder: basename(theme.folder), company: theme.company ?? null },
    fonts: fontsIn(document.html),
    versions: versionsNow(origin.chromium ?? before?.versions.chromium ?? null),
    files,
  };
}

/** An edition that the gate holds back. */
export interface RejectedEdition {
  passed: false;
  report: string;
  dataDate: string;
  subject: Edition["subject"];
  locale: string;
  /** Why, as `reasons.json` says it, too. */
  findings: readonly Finding[];
  /** What was made, kept aside. */
  files: string[];
  /** The path of `…reasons.json`. */
  reasons: string;
}

/** Where editions lie that are not to be delivered. */
const ASIDE = "rejected";

/** Keeps an edition aside that did not pass, with the reasons. It has no manifest, and is no report. */
export function placeAside(
  folder: string,
  edition: Edition,
  { files, findings }: MadeFiles,
): RejectedEdition {
  const { document, subject } = edition;
  const { report, dataDate, locale } = document;
  const name = join(ASIDE, editionName({ ...document, subject }, edition.edition));
  const told = { report, dataDate, subject, locale, findings };
  return {
    ...told,
    passed: false,
    files: files.map(({ end, bytes }) => placeFile(folder, `${name}${end}`, bytes)),
    reasons: placeFile(folder, `${name}.reasons.json`, `${JSON.stringify(told, null, 2)}\n`),
  };
}

/** Puts an edition's files in place, and the manifest, without which they are no report, last. */
export function placeEdition(
  folder: string,
  edition: Edition,
  made: readonly MadeFile[],
  origin: Origin,
): PlacedEdition {
  const { document, subject } = edition;
  const name = editionName({ ...document, subject }, edition.edition);
  const files = made.map(({ format, end, bytes }): ManifestFile => {
    placeFile(folder, `${name}${end}`, bytes);
    return { format, name: `${name}${end}`, bytes: bytes.length, sha256: sha256(bytes) };
  });
  const kept = (origin.before?.files ?? []).filter(
    (file) => !files.some((each) => each.name === file.name) && isIntact(origin.known ?? folder, file),
  );
  const all = [...kept, ...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const told = manifestOf(edition, all, origin);
  const manifest = placeFile(folder, `${name}${MANIFEST_END}`, `${JSON.stringify(told, null, 2)}\n`);
  return { passed: true, isNew: origin.before === null, manifest, told };
}
