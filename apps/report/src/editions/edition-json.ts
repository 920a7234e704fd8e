import type { Row } from "@nightledger/store";
import { z } from "zod";
import { columnMeanings } from "../column-meanings.ts";
import type { ReadDataset } from "../dataset.ts";
import type { Edition } from "./edition.ts";

const cell = z.union([z.string(), z.number(), z.null()]);
const datasetSchema = z.object({ name: z.string(), rows: z.array(z.record(z.string(), cell)) });

const schema = z.object({
  schemaVersion: z.literal(1),
  figures: z.array(z.object({ id: z.string(), text: z.string(), value: z.number().nullable() })),
  datasets: z.array(datasetSchema),
  workbook: z.array(datasetSchema),
});

/** The JSON of an edition as it is read back. */
export type EditionJson = z.output<typeof schema>;

/** @throws ZodError, SyntaxError */
export const readEditionJson = (text: string): EditionJson => schema.parse(JSON.parse(text));

/** A list with an element a line. */
const lines = (elements: readonly unknown[], indent: string): string =>
  elements.length === 0
    ? "[]"
    : `[\n${elements.map((each) => `${indent}  ${JSON.stringify(each)}`).join(",\n")}\n${indent}]`;

function datasetJson({ name, title, isOne, key, sql, rows }: ReadDataset): string {
  const columns = columnMeanings({ sql }, Object.keys(rows[0] ?? {}));
  const head = JSON.stringify({ name, title, one: isOne, key, sql, columns });
  return `    ${head.slice(0, -1)},"rows":${lines(rows, "    ")}}`;
}

const datasetsJson = (datasets: readonly ReadDataset[]): string =>
  datasets.length === 0 ? "[]" : `[\n${datasets.map(datasetJson).join(",\n")}\n  ]`;

/** The edition for machines: what it is, every figure it prints, and every row behind them. docs/reports.md tells more. */
export function editionJson({
  document,
  workbook,
  subject,
  edition,
  createdAt,
  parameters,
}: Edition): string {
  const { report, title, dataDate, locale, dataHash, templateHash, figures, datasets } = document;
  const identity = {
    report,
    title,
    dataDate,
    locale,
    subject,
    edition,
    createdAt,
    dataHash,
    templateHash,
    parameters,
  };
  const head = Object.entries({ schemaVersion: 1, ...identity }).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  const body = [
    `  "figures": ${lines(figures, "  ")}`,
    `  "datasets": ${datasetsJson(datasets)}`,
    `  "workbook": ${datasetsJson(workbook ?? [])}`,
  ];
  return `{\n${[...head, ...body].join(",\n")}\n}\n`;
}

/** A dataset of the report with the rows that an edition's JSON has of it. */
export const withRows = <T extends { name: string }>(
  datasets: readonly T[],
  read: EditionJson["datasets"],
): (T & { rows: readonly Row[] })[] =>
  datasets.map((dataset) => ({
    ...dataset,
    rows: read.find(({ name }) => name === dataset.name)?.rows ?? [],
  }));
