import {
  type EditionToSend,
  isBelow,
  type NightFacts,
  nightFacts,
  planEdition,
  planHeld,
} from "@nightledger/deliver";
import { type LetterWriter, openLetters, type RejectedEdition, subjectName } from "@nightledger/report";
import type { DeliveryHistory, NewDelivery, Reader, Seal, ViewsOnly } from "@nightledger/store";
import type { Config } from "../config.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import type { ReportGroup } from "./report-groups.ts";

/** A report of a night, with the words for what accompanies it or stands in for it. */
export interface GroupNight {
  config: Config;
  dataDate: string;
  group: ReportGroup;
  letters: LetterWriter;
  /** The head of the ledger's chain, which letters end with. */
  seal: Seal | null;
}

/** The words of notices, with the company's looks; without them where these are what is broken. */
export function lettersOf(config: Config, report: string, locale: string): LetterWriter {
  const plain = openLetters({ reportsDir: REPORTS_DIR, report, locale });
  if (config.theme === undefined) return plain;
  const themed = { reportsDir: REPORTS_DIR, themeDir: config.theme, report, locale };
  let opened: LetterWriter | undefined;
  const safely = <T>(write: (letters: LetterWriter) => T): T => {
    try {
      opened ??= openLetters(themed);
      return write(opened);
    } catch (error) {
      if ((error as Error).name !== "TemplateError") throw error;
      return write(plain);
    }
  };
  return {
    partialMark: safely(({ partialMark }) => partialMark),
    notice: (notice) => safely((letters) => letters.notice(notice)),
    letter: (content, seal) => safely((letters) => letters.letter(content, seal)),
  };
}

/** What is on record of a night's deliveries. */
export const historyOf = async ({ db }: { db: ViewsOnly }, dataDate: string): Promise<DeliveryHistory[]> =>
  await db.selectFrom("delivery_history").selectAll().where("data_date", "=", dataDate).execute();

export const groupNight = (
  config: Config,
  dataDate: string,
  group: ReportGroup,
  seal: Seal | null,
): GroupNight => ({
  config,
  dataDate,
  group,
  seal,
  letters: lettersOf(config, group.report, group.locale),
});

/** What tells a report that is not there from the others of its night. */
const heldOf = ({ dataDate, group }: GroupNight, subject: RejectedEdition["subject"]) => ({
  data_date: dataDate,
  report: group.report,
  audience: group.audience ?? null,
  subject: subjectName(subject),
  locale: group.locale,
});

/** Tells the recipients of a group's report that there is none, and why. */
export function planGroupHeld(
  night: GroupNight,
  subject: RejectedEdition["subject"],
  name: "heldGate" | "heldFailed" | "heldMissed",
): NewDelivery[] {
  const { dataDate, group, letters, seal } = night;
  const audience = subject.audience?.title ?? null;
  const letter = letters.letter({ name, audience, date: dataDate }, seal);
  return group.publications.flatMap((publication) => planHeld(heldOf(night, subject), letter, publication));
}

/** Who gets an edition of a group, publication by publication: as it is, marked, short, as a correction, or not. */
export async function planGroupEdition(
  edition: EditionToSend,
  night: GroupNight,
  {
    reader,
    history,
  }: {
    /** The ledger as the group's audience sees it. */
    reader: Reader;
    /** What is on record of the night's deliveries. */
    history: readonly DeliveryHistory[];
  },
): Promise<NewDelivery[]> {
  const { config, dataDate, group, letters } = night;
  const { subject } = edition.told;
  const facts: NightFacts = await nightFacts(reader.db, dataDate, subject.target?.targetId ?? null);
  const { material } = config.nightly;
  const link = config.mail?.link ?? null;
  return group.publications.flatMap((publication) => {
    const planned = planEdition(edition, { publication, facts, material, letters, link, history });
    if (!(isBelow(publication, facts) && publication.coverage.below === "hold")) return planned;
    const { fresh, expected } = facts;
    const { atLeast } = publication.coverage;
    const audience = subject.audience?.title ?? null;
    const content = { name: "heldCoverage", audience, date: dataDate, fresh, expected, atLeast } as const;
    const letter = letters.letter(content, night.seal);
    return planHeld(heldOf(night, subject), letter, publication);
  });
}
