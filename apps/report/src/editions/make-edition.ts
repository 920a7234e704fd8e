import type { Reader } from "@nightledger/store";
import { dataHash, sha256 } from "../content-hash.ts";
import type { ReadDataset } from "../dataset.ts";
import { type DocumentMaker, parametersOf } from "../document.ts";
import type { Edition } from "./edition.ts";
import { lastEdition } from "./last-edition.ts";
import { type MailBody, mailMaker } from "./mail.ts";
import type { Manifest } from "./manifest.ts";
import { askedOf, type ReportSubject } from "./report-subject.ts";

/** What a ledger said to all questions of a report about one subject. */
export interface Answers {
  dataDate: string;
  subject: ReportSubject;
  datasets: readonly ReadDataset[];
  /** Those of the workbook; null where no format needs them. */
  workbook: readonly ReadDataset[] | null;
}

/** Asks a ledger, within a transaction if it is being written. @throws TemplateError */
export async function askAll(
  db: Reader["db"],
  maker: DocumentMaker,
  { dataDate, subject }: Pick<Answers, "dataDate" | "subject">,
  withWorkbook: boolean,
): Promise<Answers> {
  const asked = askedOf(subject);
  const datasets = await maker.ask(db, dataDate, asked);
  const workbook = withWorkbook ? await maker.ask(db, dataDate, asked, "workbook") : null;
  return { dataDate, subject, datasets, workbook };
}

/** The mail bodies of a report: compiled once, when the first is asked for. */
export function mailsOf({ definition, locale }: DocumentMaker): (data: object) => MailBody {
  let make: ReturnType<typeof mailMaker> | undefined;
  return (data) => {
    make ??= mailMaker(definition, locale);
    return make(data);
  };
}

export const workbookHash = ({ workbook }: Pick<Answers, "workbook">): string | null =>
  workbook === null ? null : dataHash(workbook);

/** Makes an edition with this number and time. @throws TemplateError */
export async function makeEdition(
  maker: DocumentMaker,
  { dataDate, subject, datasets, workbook }: Answers,
  {
    edition,
    createdAt,
    mails,
  }: Pick<Edition, "edition" | "createdAt"> & { mails: (data: object) => MailBody },
): Promise<Edition> {
  const asked = askedOf(subject);
  return {
    document: await maker.make(datasets, dataDate, asked, edition),
    subject,
    edition,
    createdAt,
    parameters: parametersOf(maker.definition, dataDate, asked),
    workbook,
    mail: () => mails(maker.dataOf(datasets, dataDate, asked, edition)),
  };
}

/** Whether the ledger and the folders are as an edition had them. */
function isUnchanged(before: Manifest, answers: Answers, maker: DocumentMaker): boolean {
  const tables = workbookHash(answers);
  return (
    before.dataHash === dataHash(answers.datasets) &&
    before.templateHash === maker.templateHash &&
    (tables === null || before.workbookHash === null || before.workbookHash === tables)
  );
}

/**
 * The edition that the answers are in a folder: the last one again where nothing differs, else the next, which is a
 * correction. `before` is the manifest of the same edition.
 *
 * @throws TemplateError
 */
export async function nextEdition(
  maker: DocumentMaker,
  answers: Answers,
  { outDir, now, mails }: { outDir: string; now: Date; mails: (data: object) => MailBody },
): Promise<{ edition: Edition; before: Manifest | null }> {
  const { dataDate, subject } = answers;
  const last = lastEdition(outDir, {
    report: maker.definition.name,
    dataDate,
    locale: maker.locale.tag,
    subject,
  });
  const before = last?.manifest ?? null;
  if (before !== null && isUnchanged(before, answers, maker)) {
    const { edition: number, createdAt } = before;
    const edition = await makeEdition(maker, answers, { edition: number, createdAt, mails });
    // a newer nightledger may make another document of the same
    if (sha256(edition.document.html) === before.documentHash) return { edition, before };
  }
  const number = (last?.edition ?? 0) + 1;
  const createdAt = now.toISOString();
  return { edition: await makeEdition(maker, answers, { edition: number, createdAt, mails }), before: null };
}
