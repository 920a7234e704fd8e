import type { Cell } from "@nightledger/store";
import type { ReadDataset } from "../dataset.ts";
import type { ReportDocument } from "../document.ts";
import type { MailBody } from "./mail.ts";
import type { Manifest } from "./manifest.ts";
import type { ReportSubject } from "./report-subject.ts";

/** A document with its number and its date, of which files are made. */
export interface Edition {
  document: ReportDocument;
  subject: ReportSubject;
  edition: number;
  /** ISO 8601; the time that all its files carry. */
  createdAt: string;
  /** The head of the ledger's chain, as the document prints it. */
  seal: Manifest["seal"];
  /** What `:name` stands for in the SQL of its datasets. */
  parameters: Readonly<Record<string, Cell>>;
  /** The datasets that only the workbook has; null where no format needs them. */
  workbook: readonly ReadDataset[] | null;
  /** Makes the body of a mail. */
  mail: () => MailBody;
}
