import type { Cell } from "@nightledger/store";
import { columnMeanings } from "../column-meanings.ts";
import type { ReadDataset } from "../dataset.ts";
import type { Locale } from "../locale.ts";
import type { Sheet, SheetColumn } from "../workbook/write-workbook.ts";
import type { Edition } from "./edition.ts";

const [NARROWEST, WIDEST] = [8, 60] as const;
const BATCH_ROWS = 1000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

type Rows = readonly (readonly Cell[])[];

/** A column as wide as what it holds, and of dates if it holds nothing else. */
function columnOf(name: string, cells: readonly Cell[]): SheetColumn {
  const longest = cells.reduce<number>(
    (most, each) => Math.max(most, String(each ?? "").length),
    name.length,
  );
  const known = cells.filter((each) => each !== null);
  const isDate = known.length > 0 && known.every((each) => typeof each === "string" && DATE.test(each));
  return { name, isDate, width: Math.min(Math.max(longest + 2, NARROWEST), WIDEST) };
}

function* inBatches(rows: Rows): Generator<Rows> {
  for (let from = 0; from < rows.length; from += BATCH_ROWS) yield rows.slice(from, from + BATCH_ROWS);
}

const sheetOf = (name: string, columns: readonly string[], rows: Rows): Sheet => ({
  name,
  columns: columns.map((column, index) =>
    columnOf(
      column,
      rows.map((row) => row[index] ?? null),
    ),
  ),
  batches: inBatches(rows),
});

const columnsOf = ({ rows }: ReadDataset): string[] => Object.keys(rows[0] ?? {});

function datasetSheet(dataset: ReadDataset, none: string): Sheet {
  const columns = columnsOf(dataset);
  if (columns.length === 0) return sheetOf(dataset.name, [none], []);
  return sheetOf(
    dataset.name,
    columns,
    dataset.rows.map((row) => columns.map((column) => row[column] ?? null)),
  );
}

/** What the edition is, and what each sheet holds. */
function aboutSheet(edition: Edition, datasets: readonly ReadDataset[], locale: Locale): Sheet {
  const { document, subject, createdAt, parameters } = edition;
  const word = (key: string) => locale.text(`workbook.${key}`);
  const { target, audience } = subject;
  const facts: Cell[][] = [
    ["report", document.report],
    ["title", document.title],
    ["night", document.dataDate],
    ["audience", audience?.title ?? word("everyone")],
    [
      "project",
      target === null
        ? null
        : `${target.projectName} (${target.account}, ${target.region}, ${target.projectId})`,
    ],
    ["locale", document.locale],
    ["edition", edition.edition],
    ["created", createdAt],
    ["dataHash", document.dataHash],
    ["templateHash", document.templateHash],
    ...Object.entries(parameters).map(([name, value]) => [`:${name}`, value]),
  ].map(([key, value]) => [
    String(key).startsWith(":") ? `${key}` : word(`about.${key}`),
    value ?? null,
    null,
    null,
  ]);
  const tables = datasets.map(({ name, title, rows, sql }): Cell[] => [name, title, rows.length, sql.trim()]);
  const headings = ["item", "value", "rows", "sql"].map((key) => word(`column.${key}`));
  return sheetOf(word("sheet.about"), headings, [...facts.filter(([, value]) => value !== null), ...tables]);
}

/** Every figure that the document prints. */
function figuresSheet({ document }: Edition, locale: Locale): Sheet {
  const headings = ["figure", "printed", "value"].map((key) => locale.text(`workbook.column.${key}`));
  const rows = document.figures.map(({ id, text, value }) => [id, text, value]);
  return sheetOf(locale.text("workbook.sheet.figures"), headings, rows);
}

/** What the columns of the sheets mean, by the data dictionary. */
function columnsSheet(datasets: readonly ReadDataset[], locale: Locale): Sheet {
  const headings = ["sheet", "column", "view", "meaning", "unit", "source"];
  const rows = datasets.flatMap((dataset) =>
    columnMeanings(dataset, columnsOf(dataset)).map(({ column, view, meaning, unit, source }) => [
      dataset.name,
      column,
      view,
      meaning,
      unit,
      source,
    ]),
  );
  return sheetOf(
    locale.text("workbook.sheet.columns"),
    headings.map((key) => locale.text(`workbook.column.${key}`)),
    rows,
  );
}

/** The tables behind an edition, all rows of them: what it is, its figures, the meaning of columns, a sheet a dataset. */
export function editionSheets(edition: Edition, locale: Locale): Sheet[] {
  const datasets = [...edition.document.datasets, ...(edition.workbook ?? [])];
  const none = locale.text("workbook.none");
  return [
    aboutSheet(edition, datasets, locale),
    figuresSheet(edition, locale),
    columnsSheet(datasets, locale),
    ...datasets.map((dataset) => datasetSheet(dataset, none)),
  ];
}
