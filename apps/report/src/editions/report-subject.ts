import type { Reader } from "@nightledger/store";
import { z } from "zod";
import type { Subject } from "../document.ts";
import type { ReportDefinition } from "../report-definition.ts";

export const subjectSchema = z.object({
  /** Whose targets; null is all of them. */
  audience: z.object({ name: z.string(), title: z.string() }).nullable(),
  /** The one target of a report that is about a target. */
  target: z
    .object({
      targetId: z.int(),
      account: z.string(),
      region: z.string(),
      projectId: z.string(),
      projectName: z.string(),
      enterpriseProjectId: z.string(),
    })
    .nullable(),
});

/** Whom a report is about, by name: a document's subject as it is kept beside it. */
export type ReportSubject = z.output<typeof subjectSchema>;
export type ReportAudience = ReportSubject["audience"];
export type ReportTarget = NonNullable<ReportSubject["target"]>;

/** The subject as the report's questions take it. */
export const askedOf = ({ audience, target }: ReportSubject): Subject => ({
  audience,
  targetId: target?.targetId ?? null,
});

/** The targets of a night, those that are missing among them. */
async function targetsOf(
  db: Reader["db"],
  dataDate: string,
): Promise<(ReportTarget & { alias: string | null })[]> {
  return await db
    .selectFrom("coverage_target_daily as c")
    .leftJoin("target_label as l", (join) =>
      join
        .onRef("l.target_id", "=", "c.target_id")
        .onRef("l.from_date", "<=", "c.data_date")
        .onRef("l.to_date", ">", "c.data_date"),
    )
    .select(["c.target_id as targetId", "c.account", "c.region", "c.project_id as projectId"])
    .select(["c.project_name as projectName", "c.enterprise_project_id as enterpriseProjectId", "l.alias"])
    .where("c.data_date", "=", dataDate)
    // what stands for a whole account is no project
    .where("c.project_id", "!=", "*")
    .orderBy("c.account")
    .orderBy("c.project_name")
    .orderBy("c.target_id")
    .execute();
}

/** Whom a report of a night is about: the audience's targets together, or each of them that is wanted. */
export async function findSubjects(
  db: Reader["db"],
  { about }: Pick<ReportDefinition, "about">,
  dataDate: string,
  {
    audience = null,
    only = () => true,
  }: { audience?: ReportAudience; only?: ((target: ReportTarget) => boolean) | undefined },
): Promise<ReportSubject[]> {
  if (about === "audience") return [{ audience, target: null }];
  const targets = await targetsOf(db, dataDate);
  // a filter goes by the project's own name, a title by what the project is called in reports
  return targets.filter(only).map(({ alias, ...target }) => ({
    audience,
    target: { ...target, projectName: alias ?? target.projectName },
  }));
}
