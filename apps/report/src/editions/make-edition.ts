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
