import { join } from "node:path";
import type { Reader } from "@nightledger/store";
import { dataHash, templateHash } from "../content-hash.ts";
import { DocumentMaker } from "../document.ts";
import { DataDiffersError, TemplatesDifferError } from "../errors.ts";
import { openPress } from "../press.ts";
import { readDefinition } from "../report-definition.ts";
import { type Answers, askAll, workbookHash } from "./answers.ts";
import { needsWorkbook } from "./edition-formats.ts";
import { readEditionJson, withRows } from "./edition-json.ts";
import { mailsOf, makeEdition } from "./make-edition.ts";
import { makeFiles } from "./make-files.ts";
import { type Manifest, type ManifestFile, readManifest, readNamed } from "./manifest.ts";
import { placeAside, placeEdition, type RejectedEdition } from "./place-edition.ts";

export interface RebuildOrder {
  /** The manifest's path. */
  manifest: string;
  reportsDir: string;
  themeDir?: string | undefined;
  outDir: string;
  /** Goes on where the templates are others than then, or the data: to see what differs. */
  force?: boolean;
  signal?: AbortSignal;
  progress?: (step: string) => void;
  /** Gets what does not keep the report from being made and should be mended, a sentence or two each. */
  warn?: ((sentence: string) => void) | undefined;
}

export interface Rebuilt {
  passed: true;
  /** Where its rows are from: the ledger as it is, or the edition's JSON. */
  from: "ledger" | "json";
  manifest: string;
  files: (ManifestFile & { file: string; isIdentical: boolean })[];
}

const agrees = (manifest: Manifest, answers: Answers): boolean =>
  dataHash(answers.datasets) === manifest.dataHash &&
  (answers.workbook === null ||
    manifest.workbookHash === null ||
    workbookHash(answers) === manifest.workbookHash);

/** Rows to make the report of again, or what is wrong with them. */
interface Source {
  from: Rebuilt["from"];
  /** Null where there are none. */
  answers: Answers | null;
  problem: string | null;
}

/** What the ledger says now. */
async function fromLedger(
  db: Reader["db"] | null,
  maker: DocumentMaker,
  manifest: Manifest,
): Promise<Source> {
  if (db === null) return { from: "ledger", answers: null, problem: "There is no ledger to ask" };
  const withWorkbook = needsWorkbook(manifest.files.map(({ format }) => format));
  const answers = await db.transaction().execute((tx) => askAll(tx, maker, manifest, withWorkbook));
  const problem = `The ledger says now what has hash ${dataHash(answers.datasets)}`;
  return { from: "ledger", answers, problem: agrees(manifest, answers) ? null : problem };
}

/** What the edition's JSON says. @throws ManifestError where it has been altered */
function fromJson(maker: DocumentMaker, file: string, manifest: Manifest): Source {
  const json = manifest.files.find(({ format }) => format === "json");
  if (json === undefined) {
    return { from: "json", answers: null, problem: "there is no JSON edition beside the manifest" };
  }
  const read = readEditionJson(readNamed(file, json).toString("utf8"));
  const { datasets } = maker.definition;
  const { dataDate, subject } = manifest;
  const answers: Answers = {
    dataDate,
    subject,
    datasets: withRows(datasets.data, read.datasets),
    workbook: withRows(datasets.workbook, read.workbook),
  };
  const problem = "the JSON edition's rows do not fit the report's questions";
  return { from: "json", answers, problem: agrees(manifest, answers) ? null : problem };
}

/** The ledger's answers, or those of the JSON edition where the ledger has been corrected since. */
async function sourceOf(
  db: Reader["db"] | null,
  maker: DocumentMaker,
  manifest: Manifest,
  { manifest: file, force = false }: RebuildOrder,
): Promise<Source & { answers: Answers }> {
  const ledger = await fromLedger(db, maker, manifest);
  if (ledger.answers !== null && ledger.problem === null) return { ...ledger, answers: ledger.answers };
  const json = fromJson(maker, file, manifest);
  if (json.answers !== null && json.problem === null) return { ...json, answers: json.answers };
  if (force && ledger.answers !== null) return { ...ledger, answers: ledger.answers };
  throw new DataDiffersError(manifest.dataHash, ledger.problem ?? "", json.problem ?? "");
}

/**
 * Makes a report again as its manifest tells: from the ledger, or from the edition's JSON where the ledger has been
 * corrected since. It passes the gate as it is now, or is put aside.
 *
 * @throws ManifestError, TemplatesDifferError, DataDiffersError, UnknownReportError, UnknownLocaleError, TemplateError,
 *   BrowserNotFoundError
 */
export async function rebuildReport(
  db: Reader["db"] | null,
  order: RebuildOrder,
): Promise<Rebuilt | RejectedEdition> {
  const manifest = readManifest(order.manifest);
  const definition = readDefinition(order.reportsDir, manifest.report, order.themeDir);
  const found = templateHash(definition);
  if (found !== manifest.templateHash && order.force !== true) {
    throw new TemplatesDifferError(manifest.report, manifest.templateHash, found);
  }
  const maker = new DocumentMaker(definition, manifest.locale);
  order.progress?.(`Making ${manifest.report} of ${manifest.dataDate} again`);
  const { answers, from } = await sourceOf(db, maker, manifest, order);
  const { edition: number, createdAt, seal } = manifest;
  const again = { edition: number, createdAt, seal, mails: mailsOf(maker) };
  const edition = await makeEdition(maker, answers, again);

  const press = openPress(definition, order);
  try {
    const formats = [...new Set(manifest.files.map(({ format }) => format))];
    const made = await makeFiles(edition, formats, { locale: maker.locale, press });
    order.signal?.throwIfAborted();
    // other templates (--force), or a stricter gate than the one it passed
    if (made.findings.length > 0) return placeAside(order.outDir, edition, made);
    const { runs } = manifest;
    const { theme } = definition;
    const chromium = await press.version();
    const origin = { before: null, runs, theme, chromium };
    const placed = placeEdition(order.outDir, edition, made.files, origin);
    return {
      passed: true,
      from,
      manifest: placed.manifest,
      files: compared(placed.told.files, manifest.files, order.outDir),
    };
  } finally {
    await press.close();
  }
}

const compared = (made: readonly ManifestFile[], wanted: readonly ManifestFile[], folder: string) =>
  made.map((file) => ({
    ...file,
    file: join(folder, file.name),
    isIdentical: wanted.some(({ name, sha256: hash }) => name === file.name && hash === file.sha256),
  }));
