import { basename, dirname, join } from "node:path";
import {
  editionName,
  type LetterWriter,
  MANIFEST_END,
  type Manifest,
  subjectName,
} from "@nightledger/report";
import type { DeliveryHistory, NewDelivery } from "@nightledger/store";
import type { Parcel } from "../parcel.ts";
import { compareEditions } from "./compare-editions.ts";
import type { NightFacts } from "./night-facts.ts";
import type { Material, Publication } from "./publication.ts";
import { type Recipient, recipientsOf } from "./recipients-of.ts";

/** An edition whose files are in place. */
export interface EditionToSend {
  /** The path of its manifest. */
  manifest: string;
  told: Manifest;
}

/** What decides who gets an edition, and with which words. */
export interface Plan {
  publication: Publication;
  facts: NightFacts;
  material: Material;
  letters: LetterWriter;
  /** Where the folder of reports can be browsed; null where it cannot. */
  link: string | null;
  /** What is on record of this night's deliveries. */
  history: readonly DeliveryHistory[];
}

export const isBelow = ({ coverage }: Publication, { expected, fresh }: NightFacts): boolean =>
  expected === 0 || fresh * 100 < coverage.atLeast * expected;

/** Where a recipient finds the edition that is not attached. */
function placeOf(manifest: string, link: string | null): string {
  if (link === null) return manifest.replace(/\.manifest\.json$/, ".pdf");
  return new URL(basename(manifest).replace(/\.manifest\.json$/, ".pdf"), link.replace(/\/?$/, "/")).href;
}

/** States in which the recipient has it, or may have it. */
const MAY_HAVE: ReadonlySet<string> = new Set(["sent", "unknown", "sending"]);

/** The newest edition that a recipient has, or may have; null where there is none. */
function newestHad(
  { told }: EditionToSend,
  { history }: Plan,
  { channel, recipient }: Recipient,
): number | null {
  const had = history.filter(
    (one) =>
      (one.kind === "report" || one.kind === "unchanged") &&
      one.report === told.report &&
      one.subject === subjectName(told.subject) &&
      one.locale === told.locale &&
      one.channel === channel &&
      one.recipient === recipient &&
      one.edition < told.edition &&
      // what is sent again was there before
      (MAY_HAVE.has(one.state) || one.sends > 0),
  );
  return had.length === 0 ? null : Math.max(...had.map(({ edition }) => edition));
}

/** The parcel with an edition's own mail. */
function parcelOf({ manifest, told }: EditionToSend, plan: Plan): Parcel {
  const { publication, facts, letters, link } = plan;
  const marked = isBelow(publication, facts) && publication.coverage.below === "send-marked";
  const { fresh, expected } = facts;
  const names = told.files
    .filter(
      ({ format, name }) => publication.attach.some((each) => each === format) && !name.includes(".mail."),
    )
    .map(({ name }) => name);
  return {
    version: 1,
    manifest: basename(manifest),
    attach: [...publication.attach],
    mark: marked ? letters.partialMark : "",
    notices: marked ? [letters.notice({ name: "partial", fresh, expected })] : [],
    attached: letters.notice({ name: "attached", files: names.join(", ") }),
    tooLarge: letters.notice({ name: "tooLarge", place: placeOf(manifest, link) }),
    letter: null,
    cause: null,
  };
}

/** A short mail in place of the report. */
function unchanged(parcel: Parcel, { manifest }: EditionToSend, { letters, facts, link }: Plan): Parcel {
  const place = placeOf(manifest, link);
  const notice = letters.notice({ name: "unchanged", since: facts.since, place });
  return { ...parcel, attach: [], notices: [notice, ...parcel.notices], attached: null, tooLarge: null };
}

type Decision = Pick<NewDelivery, "kind" | "state" | "answer"> & { parcel: Parcel };

function decide(edition: EditionToSend, plan: Plan, recipient: Recipient): Decision {
  const parcel = parcelOf(edition, plan);
  const { publication, facts, material, letters } = plan;
  const had = newestHad(edition, plan, recipient);
  if (had === null) {
    const isQuiet = publication.onlyIfMaterialChange && !facts.isMaterial(material.points);
    if (!isQuiet) return { kind: "report", state: "pending", answer: null, parcel };
    return { kind: "unchanged", state: "pending", answer: null, parcel: unchanged(parcel, edition, plan) };
  }
  const { told, manifest } = edition;
  const before = join(dirname(manifest), `${editionName({ ...told }, had)}${MANIFEST_END}`);
  const { figures, isMaterial } = compareEditions(before, manifest, material);
  if (!isMaterial) {
    return {
      kind: "report",
      state: "skipped",
      answer: `Not materially different from edition ${had}.`,
      parcel,
    };
  }
  const notice = letters.notice({ name: "correction", edition: told.edition, figures });
  const notices = [notice, ...parcel.notices];
  return { kind: "report", state: "pending", answer: null, parcel: { ...parcel, notices } };
}

/**
 * Who gets an edition, and how: one delivery for each recipient, also where the decision is that nothing is sent. Empty
 * where the publication holds the report back.
 *
 * @throws ManifestError
 */
export function planEdition(edition: EditionToSend, plan: Plan): NewDelivery[] {
  const { publication, facts } = plan;
  if (isBelow(publication, facts) && publication.coverage.below === "hold") return [];
  const { told } = edition;
  return recipientsOf(publication).map((recipient) => {
    const { parcel, ...decision } = decide(edition, plan, recipient);
    return {
      data_date: told.dataDate,
      report: told.report,
      audience: told.subject.audience?.name ?? null,
      subject: subjectName(told.subject),
      locale: told.locale,
      edition: told.edition,
      ...recipient,
      ...decision,
      content: JSON.stringify(parcel),
    };
  });
}
