import { type DocumentMaker, parametersOf } from "../document.ts";
import type { Answers } from "./answers.ts";
import type { Edition } from "./edition.ts";
import { type MailBody, mailMaker } from "./mail.ts";
import { askedOf } from "./report-subject.ts";

/** The mail bodies of a report: compiled once, when the first is asked for. */
export function mailsOf({ definition, locale }: DocumentMaker): (data: object) => MailBody {
  let make: ReturnType<typeof mailMaker> | undefined;
  return (data) => {
    make ??= mailMaker(definition, locale);
    return make(data);
  };
}

type Making = Pick<Edition, "edition" | "createdAt" | "seal"> & { mails: (data: object) => MailBody };

/** Makes an edition with this number, time and seal. @throws TemplateError */
export async function makeEdition(
  maker: DocumentMaker,
  { dataDate, subject, datasets, workbook }: Answers,
  { edition, createdAt, seal, mails }: Making,
): Promise<Edition> {
  const asked = askedOf(subject);
  const imprint = { edition, seal };
  return {
    document: await maker.make(datasets, dataDate, asked, imprint),
    subject,
    edition,
    createdAt,
    seal,
    parameters: parametersOf(maker.definition, dataDate, asked),
    workbook,
    mail: () => mails(maker.dataOf(datasets, dataDate, asked, imprint)),
  };
}
