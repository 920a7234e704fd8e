import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Dataset, readDataset } from "./dataset.ts";
import { isThere, sourceFile } from "./definition/source-file.ts";
import { TemplateError, UnknownReportError } from "./errors.ts";
import { Layers, readYaml } from "./layers.ts";
import { checkContrast, type Palette, readPalette } from "./palette.ts";
import { NO_THEME, readTheme, type Theme } from "./theme.ts";

/** The layer under all reports. */
const BASE = "base";
const SETTINGS = "report.yaml";

const template = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "takes small letters, digits and hyphens");
const dataset = z.string().regex(/^[a-z][a-z0-9_]*$/, "takes small letters, digits and underscores");
const extending = z.looseObject({ extends: template });
const mebibytes = z.number().positive().max(25);

const schema = z.strictObject({
  /** Another report: its settings hold where there are no own, and its folder lies under this one's. */
  extends: template.optional(),
  /** Whom it is about: the targets of an audience together, or one target. */
  about: z.enum(["audience", "target"]),
  /** How many pages it may have. */
  pages: z.strictObject({ min: z.int().min(1), max: z.int().min(1) }),
  /** How large its PDF may be. */
  maxMebibytes: mebibytes.default(8),
  /** Nights that trends reach back: `:first_night` for the datasets. */
  trendNights: z.int().min(2).max(1100).default(90),
  /** Numbers for datasets (`:name`) and templates (`settings.name`). */
  settings: z.record(z.string().regex(/^[a-z][a-z_]*$/), z.int()).default({}),
  /** Templates in the order of the pages. */
  sections: z.array(template).min(1),
  /** What the templates see. */
  data: z.array(dataset).min(1),
  /** What the workbook has beside it. */
  workbook: z.array(dataset).default([]),
});

/** The names of what `report.yaml` may set. */
export const reportSettings: readonly string[] = Object.keys(schema.shape);

/** What a report is made of: its settings, its datasets and the folders with all the rest. */
export interface ReportDefinition extends z.output<typeof schema> {
  name: string;
  layers: Layers;
  theme: Theme;
  /** The colours of its styles and its theme. */
  palette: Palette;
  datasets: { data: readonly Dataset[]; workbook: readonly Dataset[] };
}

/** The folders of reports. */
export const reportsIn = (reportsDir: string): string[] =>
  readdirSync(reportsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(reportsDir, entry.name, SETTINGS)))
    .map((entry) => entry.name)
    .sort();

/** The folder of a layer. @throws TemplateError where it is a link that leads out of `reportsDir` */
function folderOf(reportsDir: string, layer: string): string {
  const folder = sourceFile(reportsDir, layer);
  isThere(folder);
  return folder.path;
}

/** A report's own settings over those of the report that it extends, and the folders of both. */
function settingsOf(reportsDir: string, report: string): { folders: string[]; settings: unknown } {
  const folder = folderOf(reportsDir, report);
  const own = readYaml(sourceFile(folder, SETTINGS));
  const under = extending.safeParse(own);
  if (!under.success) return { folders: [folder], settings: own };
  const below = folderOf(reportsDir, under.data.extends);
  const settings = { ...(readYaml(sourceFile(below, SETTINGS)) as object), ...under.data };
  return { folders: [below, folder], settings };
}

/**
 * Reads a report's folder; `themeDir` is a company's own folder that has the last word.
 *
 * @throws UnknownReportError, TemplateError
 */
export function readDefinition(reportsDir: string, report: string, themeDir?: string): ReportDefinition {
  const known = reportsIn(reportsDir);
  if (!known.includes(report)) throw new UnknownReportError(report, known);
  const { folders, settings } = settingsOf(reportsDir, report);
  const file = join(reportsDir, report, SETTINGS);
  const read = schema.safeParse(settings);
  if (!read.success) throw new TemplateError(file, z.prettifyError(read.error));
  const layers = new Layers([
    folderOf(reportsDir, BASE),
    ...folders,
    ...(themeDir === undefined ? [] : [themeDir]),
  ]);
  const theme = themeDir === undefined ? NO_THEME : readTheme(themeDir);
  const palette = readPalette(layers.all("styles", ".css"), theme.colours);
  checkContrast(palette, theme.folder === null ? file : join(theme.folder, "theme.yaml"));
  const datasetsOf = (names: readonly string[]) =>
    names.map((each) => readDataset(each, layers.find("data", `${each}.sql`)));
  const datasets = { data: datasetsOf(read.data.data), workbook: datasetsOf(read.data.workbook) };
  return { ...read.data, name: report, layers, theme, palette, datasets };
}
