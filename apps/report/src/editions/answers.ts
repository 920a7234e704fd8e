import type { Reader } from "@nightledger/store";
import { dataHash } from "../content-hash.ts";
import type { ReadDataset } from "../dataset.ts";
import type { DocumentMaker } from "../document.ts";
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

/** SHA-256 of what the workbook has beside the document's tables; null where that was not asked. */
export const workbookHash = ({ workbook }: Pick<Answers, "workbook">): string | null =>
  workbook === null ? null : dataHash(workbook);
