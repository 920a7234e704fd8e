import type { Reader } from "@nightledger/store";
import { findSubjects, type ReportAudience, type ReportTarget } from "../editions/report-subject.ts";
import { NoTargetError, SeveralTargetsError } from "../errors.ts";
import { findDataDate } from "../find-data-date.ts";
import { readDefinition } from "../report-definition.ts";
import { type Explanation, explainFigure } from "./explain-figure.ts";

export interface ExplainReportOrder {
  /** A folder of `reportsDir`. */
  name: string;
  /** `YYYY-MM-DD`; the newest night when it is undefined. */
  dataDate: string | undefined;
  reportsDir: string;
  themeDir?: string | undefined;
  audience?: ReportAudience;
  /** Of a report about a target: its number, or what it is known by. */
  targetId?: number | undefined;
  only?: ((target: ReportTarget) => boolean) | undefined;
}

/**
 * Explains a figure of a report of one night.
 *
 * @throws UnknownReportError, NoDataError, NoTargetError, SeveralTargetsError, UnknownFigureError, TemplateError
 */
export async function explainReport(
  db: Reader["db"],
  id: string,
  { name, dataDate: wanted, reportsDir, themeDir, audience = null, targetId, only }: ExplainReportOrder,
): Promise<Explanation> {
  const definition = readDefinition(reportsDir, name, themeDir);
  return await db.transaction().execute(async (tx) => {
    const dataDate = await findDataDate(tx, wanted);
    const chosen = targetId === undefined ? only : (target: ReportTarget) => target.targetId === targetId;
    const [subject, ...more] = await findSubjects(tx, definition, dataDate, { audience, only: chosen });
    if (subject === undefined) throw new NoTargetError(dataDate);
    if (more.length > 0) throw new SeveralTargetsError(more.length + 1);
    return await explainFigure(tx, id, { definition, dataDate, subject });
  });
}
