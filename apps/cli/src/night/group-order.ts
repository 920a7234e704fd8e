import type { Config } from "../config.ts";
import type { AudienceReader } from "../open-reader-for.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { hasText } from "../verbs/night-options.ts";
import type { ReportGroup } from "./report-groups.ts";

/** A report of a night as the report app takes it, whether it is made or only looked for. */
export const groupOrder = (
  { audience }: AudienceReader,
  { config, dataDate, group }: { config: Config; dataDate: string; group: ReportGroup },
) => ({
  name: group.report,
  dataDate,
  locale: group.locale,
  reportsDir: REPORTS_DIR,
  themeDir: config.theme,
  outDir: config.reports,
  formats: group.formats,
  audience,
  audienceFilter: group.audience === undefined ? null : (config.audiences[group.audience] ?? null),
  only: group.only === undefined ? undefined : hasText(group.only),
});
