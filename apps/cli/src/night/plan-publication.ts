import {
  type EditionToSend,
  isBelow,
  type NightFacts,
  nightFacts,
  planEdition,
  planHeld,
} from "@nightledger/deliver";
import { type LetterWriter, openLetters, type RejectedEdition, subjectName } from "@nightledger/report";
import type { DeliveryHistory, NewDelivery, Reader, ViewsOnly } from "@nightledger/store";
import type { Config } from "../config.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import type { ReportGroup } from "./report-groups.ts";

/** What is to be decided, and by what. */
export interface Decision {
  config: Config;
  dataDate: string;
  group: ReportGroup;
  /** The ledger as the group's audience sees it. */
  reader: Reader;
  /** What is on record of the night's deliveries. */
  history: readonly DeliveryHistory[];
}

/** The words of notices, with the company's looks; without them where these are what is broken. */
export function lettersOf(config: Config, report: string, locale: string): LetterWriter {
  const plain = openLetters({ reportsDir: REPORTS_DIR, report, locale });
  if (config.theme === undefined) return plain;
  const themed = { reportsDir: REPORTS_DIR, themeDir: config.theme, report, locale };
  const safely = <T>(write: (letters: LetterWriter) => T): T => {
    try {
      return write(openLetters(themed));
    } catch (error) {
      if ((error as Error).name !== "TemplateError") throw error;
      return write(plain);
    }
  };
  return {
    partialMark: safely(({ partialMark }) => partialMark),
    notice: (notice) => safely((letters) => letters.notice(notice)),
    letter: (content) => safely((letters) => letters.letter(content)),
  };
}

/** What is on record of a night's deliveries. */
export const historyOf = async ({ db }: { db: ViewsOnly }, dataDate: string): Promise<DeliveryHistory[]> =>
  await db.selectFrom("delivery_history").selectAll().where("data_date", "=", dataDate).execute();

/** Tells the recipients of a group's report that there is none, and why. */
export function planGroupHeld(
  { config, dataDate, group }: Pick<Decision, "config" | "dataDate" | "group">,
  subject: RejectedEdition["subject"],
  name: "heldGate" | "heldFailed" | "heldMissed",
): NewDelivery[] {
  const { report, locale, publications } = group;
  const audience = subject.audience?.title ?? null;
  const letter = lettersOf(config, report, locale).letter({ name, audience, date: dataDate });
  const held = {
    data_date: dataDate,
    report,
    audience: group.audience ?? null,
    subject: subjectName(subject),
    locale,
  };
  return publications.flatMap((publication) => planHeld(held, letter, publication));
}

/** Who gets an edition of a group, publication by publication: as it is, marked, short, as a correction, or not. */
export async function planGroupEdition(
  edition: EditionToSend,
  { config, dataDate, group, reader, history }: Decision,
): Promise<NewDelivery[]> {
  const { told } = edition;
  const letters = lettersOf(config, group.report, group.locale);
  const facts: NightFacts = await nightFacts(reader.db, dataDate, told.subject.target?.targetId ?? null);
  const { material } = config.nightly;
  const link = config.mail?.link ?? null;
  return group.publications.flatMap((publication) => {
    const planned = planEdition(edition, { publication, facts, material, letters, link, history });
    if (!(isBelow(publication, facts) && publication.coverage.below === "hold")) return planned;
    const letter = letters.letter({
      name: "heldCoverage",
      audience: told.subject.audience?.title ?? null,
      date: dataDate,
      fresh: facts.fresh,
      expected: facts.expected,
      atLeast: publication.coverage.atLeast,
    });
    const held = {
      data_date: dataDate,
      report: told.report,
      audience: group.audience ?? null,
      subject: subjectName(told.subject),
      locale: told.locale,
    };
    return planHeld(held, letter, publication);
  });
}
