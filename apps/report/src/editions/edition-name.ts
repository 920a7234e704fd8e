import { sha256 } from "../content-hash.ts";
import type { ReportSubject } from "./report-subject.ts";
import { safeSlug } from "./safe-slug.ts";

/** What tells a report from the others of a folder, but for its edition. */
export interface EditionKey {
  report: string;
  dataDate: string;
  locale: string;
  subject: ReportSubject;
}

/** Everything, as the subject in a file name. */
const ALL = "all";
const HASH = 8;

/** A name with a short hash where the slug alone could be another's. */
function namedPart(name: string, identity: unknown, isPlain: boolean): string {
  const slug = safeSlug(name);
  if (isPlain && slug === name && slug !== ALL) return slug;
  const hash = sha256(JSON.stringify(identity)).slice(0, HASH);
  return slug === "" ? hash : `${slug}-${hash}`;
}

/** The subject in a file name: `all`, an audience, or a project and a short hash of what tells it from its namesakes. */
export function subjectName({ audience, target }: ReportSubject): string {
  const whose = audience === null ? null : namedPart(audience.name, audience.name, true);
  if (target === null) return whose ?? ALL;
  const { account, region, projectId, projectName, enterpriseProjectId } = target;
  const which = namedPart(projectName, [account, region, projectId, enterpriseProjectId], false);
  return whose === null ? which : `${whose}--${which}`;
}

/** `2026-11-24_executive-summary_all_en`: names that sort by night, report, subject and language. */
export const editionStem = ({ dataDate, report, subject, locale }: EditionKey): string =>
  [dataDate, report, subjectName(subject), locale].join("_");

/** `2026-11-24_executive-summary_all_en_e1`: the name of every file of an edition, before its ending. */
export const editionName = (key: EditionKey, edition: number): string => `${editionStem(key)}_e${edition}`;

export const MANIFEST_END = ".manifest.json";
