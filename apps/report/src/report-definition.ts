import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { TemplateError, UnknownReportError } from "./errors.ts";

const settings = z.strictObject({
  /** Nights that trends reach back. */
  trendNights: z.int().min(2).max(366),
  /** Projects on page 1. */
  worst: z.int().min(1).max(20),
  /** Projects on a category's page. */
  topProjects: z.int().min(1).max(30),
  /** Projects with a page of their own. */
  profiles: z.int().min(0).max(50),
});

/** What a report is made of: the settings of its `report.yaml`, and its folder. */
export interface ReportDefinition {
  name: string;
  folder: string;
  settings: z.infer<typeof settings>;
}

const reportsIn = (reportsDir: string): string[] =>
  readdirSync(reportsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(reportsDir, entry.name, "report.yaml")))
    .map(({ name }) => name);

/** @throws UnknownReportError, TemplateError */
export function readDefinition(reportsDir: string, name: string): ReportDefinition {
  const known = reportsIn(reportsDir);
  if (!known.includes(name)) throw new UnknownReportError(name, known);
  const folder = join(reportsDir, name);
  const file = join(folder, "report.yaml");
  const read = settings.safeParse(parse(readFileSync(file, "utf8")));
  if (!read.success) throw new TemplateError(file, z.prettifyError(read.error));
  return { name, folder, settings: read.data };
}
