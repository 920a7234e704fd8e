import { availableParallelism } from "node:os";
import type { Reader } from "@nightledger/store";
import { pMapIterable } from "p-map";
import { DocumentMaker } from "./document.ts";
import { askAll } from "./editions/answers.ts";
import { type EditionFormat, needsBrowser, needsWorkbook } from "./editions/edition-formats.ts";
import { editionInputs } from "./editions/edition-inputs.ts";
import { type KnownEditions, knownEditions } from "./editions/known-editions.ts";
import { mailsOf } from "./editions/make-edition.ts";
import { makeFiles } from "./editions/make-files.ts";
import type { Manifest } from "./editions/manifest.ts";
import { nextEdition } from "./editions/next-edition.ts";
import { nightRuns } from "./editions/night-runs.ts";
import {
  type PlacedEdition,
  placeAside,
  placeEdition,
  type RejectedEdition,
} from "./editions/place-edition.ts";
import {
  findSubjects,
  type ReportAudience,
  type ReportSubject,
  type ReportTarget,
} from "./editions/report-subject.ts";
import { hasIntact } from "./editions/standing-editions.ts";
import { NoTargetError } from "./errors.ts";
import { findDataDate } from "./find-data-date.ts";
import { openPress, type Press } from "./press.ts";
import { type ReportDefinition, readDefinition } from "./report-definition.ts";

/** Documents in hand at once: while one is printed, the next is waiting for its turn, and the last one is checked. */
const IN_HAND = availableParallelism() + 1;

export interface ReportOrder {
  /** A folder of `reportsDir`. */
  name: string;
  /** `YYYY-MM-DD`; the newest night when it is undefined. */
  dataDate: string | undefined;
  /** A file of the report's `locales`, such as `en`. */
  locale: string;
  reportsDir: string;
  /** A company's own looks and words. */
  themeDir?: string | undefined;
  outDir: string;
  /** Where files are put, for somebody else to put them into `outDir`; left out, that is where they go. */
  placeDir?: string | undefined;
  formats: readonly EditionFormat[];
  /** Whose targets `db` shows; all of them when it is left out. */
  audience?: ReportAudience;
  /** The audience's filter. Where it is given, null for everybody, manifests keep what editions are made from. */
  audienceFilter?: unknown;
  /** Which targets a report about a target is made of; all of the night when it is left out. */
  only?: ((target: ReportTarget) => boolean) | undefined;
  /** The head of the ledger's chain, which the document, its mail and its manifest print. */
  seal?: Manifest["seal"];
  signal?: AbortSignal;
  progress?: (step: string) => void;
  /** Gets what does not keep the report from being made and should be mended, a sentence or two each. */
  warn?: ((sentence: string) => void) | undefined;
}

/** What all subjects of an order share. */
interface Rendering {
  maker: DocumentMaker;
  press: Press;
  mails: ReturnType<typeof mailsOf>;
  dataDate: string;
  runs: readonly number[];
  /** SHA-256 of all that the editions are made from; null is not known. */
  inputs: string | null;
  known: KnownEditions;
  order: ReportOrder;
}

/** Makes an edition of one subject, and puts it in place or aside. */
async function renderSubject(
  subject: ReportSubject,
  db: Reader["db"],
  { maker, press, mails, dataDate, runs, inputs, known, order }: Rendering,
): Promise<PlacedEdition | RejectedEdition> {
  order.signal?.throwIfAborted();
  order.progress?.(
    `Reading the night of ${dataDate}${subject.target ? `, ${subject.target.projectName}` : ""}`,
  );
  // one transaction: a night that is loaded meanwhile shows whole or not at all
  const answers = await db
    .transaction()
    .execute((tx) => askAll(tx, maker, { dataDate, subject }, needsWorkbook(order.formats)));
  const { edition, before } = await nextEdition(maker, answers, {
    outDir: order.outDir,
    known,
    now: new Date(),
    seal: order.seal ?? null,
    mails,
  });
  // the same document, and all its files as they were: there is nothing to print
  const stands = before !== null && inputs !== null && hasIntact(order.outDir, before, order.formats);
  if (!stands) order.progress?.("Printing");
  const made = stands
    ? { files: [], findings: [] }
    : await makeFiles(edition, order.formats, { locale: maker.locale, press });
  order.signal?.throwIfAborted();
  const { outDir, placeDir = outDir } = order;
  if (made.findings.length > 0) return placeAside(placeDir, edition, made);
  const { theme } = maker.definition;
  return placeEdition(placeDir, edition, made.files, {
    known: outDir,
    before,
    runs,
    inputsHash: inputs,
    theme,
    chromium: await press.version(),
  });
}

/** Before anything is read: what is recorded meanwhile has a run that is not among these. */
async function inputsOf(
  db: Reader["db"],
  definition: ReportDefinition,
  dataDate: string,
  { locale, audience = null, audienceFilter }: ReportOrder,
): Promise<string | null> {
  if (audienceFilter === undefined) return null;
  return await editionInputs(db, definition, { dataDate, locale, audience: [audience, audienceFilter] });
}

/**
 * Renders a report of one night, for each subject it is about: metric views → datasets → HTML → files → gate →
 * manifest. Gives each edition when its files are in place, or aside if it did not pass.
 *
 * @throws UnknownReportError, UnknownLocaleError, NoDataError, NoTargetError, TemplateError, BrowserNotFoundError,
 *   SandboxError, PrintError
 */
export async function* renderReport(
  db: Reader["db"],
  order: ReportOrder,
): AsyncGenerator<PlacedEdition | RejectedEdition> {
  const definition = readDefinition(order.reportsDir, order.name, order.themeDir);
  const maker = new DocumentMaker(definition, order.locale);
  const dataDate = await findDataDate(db, order.dataDate);
  const subjects = await findSubjects(db, definition, dataDate, order);
  if (subjects.length === 0) throw new NoTargetError(dataDate);
  const press = openPress(definition, order);
  const known = knownEditions(order.outDir);
  // where there are editions already, perhaps nothing has to be printed
  if (needsBrowser(order.formats) && (known.size === 0 || order.audienceFilter === undefined)) press.start();
  const runs = await nightRuns(db, dataDate);
  const inputs = await inputsOf(db, definition, dataDate, order);
  const rendering: Rendering = { maker, press, mails: mailsOf(maker), dataDate, runs, inputs, known, order };
  try {
    yield* pMapIterable(subjects, (subject) => renderSubject(subject, db, rendering), {
      concurrency: IN_HAND,
    });
  } finally {
    await press.close();
  }
}
