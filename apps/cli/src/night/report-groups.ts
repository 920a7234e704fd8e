import type { Config } from "../config.ts";

type Publication = Config["publish"][number];

/** Publications of the same document, which is made once. */
export interface ReportGroup extends Pick<Publication, "report" | "audience" | "only"> {
  /** `en` where neither the publication nor its audience names one. */
  locale: string;
  formats: ("pdf" | "xlsx" | "html" | "json" | "mail")[];
  publications: Publication[];
}

const localeOf = ({ audiences }: Config, { locale, audience }: Publication): string =>
  locale ?? (audience === undefined ? undefined : audiences[audience]?.locale) ?? "en";

/** The reports that a night has to make. Each has its mail, and the JSON that corrections are told by. */
export function reportGroups(config: Config): ReportGroup[] {
  const groups = Map.groupBy(config.publish, (one) =>
    JSON.stringify([one.report, one.audience, localeOf(config, one), one.only]),
  );
  return [...groups.values()].flatMap((publications) => {
    const [first] = publications;
    if (first === undefined) return [];
    const attached = publications.flatMap(({ attach }) => attach);
    return {
      report: first.report,
      audience: first.audience,
      only: first.only,
      locale: localeOf(config, first),
      formats: [...new Set([...attached, "json" as const, "mail" as const])],
      publications,
    };
  });
}

/** What a group is called in a sentence. */
export const groupName = ({ report, audience, locale }: ReportGroup): string =>
  `${report}${audience === undefined ? "" : ` for ${audience}`} in ${locale}`;
