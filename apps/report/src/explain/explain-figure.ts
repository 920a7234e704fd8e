import type { Cell, Reader, Row } from "@nightledger/store";
import { type ColumnMeaning, columnMeanings } from "../column-meanings.ts";
import { askDataset, type Dataset, type ReadDataset } from "../dataset.ts";
import { parametersOf } from "../document.ts";
import { askedOf, type ReportSubject } from "../editions/report-subject.ts";
import { UnknownFigureError } from "../errors.ts";
import { type FigureName, figureName, isRows } from "../figure-name.ts";
import { figureId, figureValues, rowsId } from "../model.ts";
import type { ReportDefinition } from "../report-definition.ts";
import { type Evidence, evidenceOf, nightsBehind } from "./evidence.ts";
import { nearest } from "./nearest.ts";

export interface ExplainOrder {
  definition: ReportDefinition;
  dataDate: string;
  subject: ReportSubject;
}

/** What is behind a figure of a report. */
export interface Explanation {
  id: string;
  /** What its dataset holds. */
  title: string;
  column: string;
  /** As the ledger has it now. */
  value: Cell;
  sql: string;
  /** What `:name` in the SQL stands for. */
  parameters: Record<string, Cell>;
  /** The row it stands in; null where it is a number of rows. */
  row: Row | null;
  columns: ColumnMeaning[];
  /** The answers it was computed from. */
  evidence: Evidence[];
}

const NEAR = 3;

const datasetsOf = ({ datasets }: ReportDefinition): Dataset[] => [...datasets.data, ...datasets.workbook];

/** Every id that a figure of the dataset may have. */
const idsOf = (dataset: ReadDataset): string[] => [
  ...(dataset.isOne ? [] : [rowsId(dataset.name, 0)]),
  ...dataset.rows.flatMap((row) => Object.keys(row).map((column) => figureId(dataset, row, column))),
];

/** The row that an id means; undefined where there is none. */
const rowOf = (dataset: ReadDataset, id: string, { column }: FigureName): Row | undefined =>
  dataset.rows.find((row) => Object.hasOwn(row, column) && figureId(dataset, row, column) === id);

async function unknown(
  db: Reader["db"],
  id: string,
  { definition }: ExplainOrder,
  parameters: Record<string, Cell>,
): Promise<UnknownFigureError> {
  const all = datasetsOf(definition);
  const named = all.filter(({ name }) => name === figureName(id)?.dataset);
  const ids: string[] = [];
  for (const dataset of named.length > 0 ? named : all) {
    ids.push(...idsOf(await askDataset(db, dataset, parameters)));
  }
  return new UnknownFigureError(definition.name, id, nearest(id, ids, NEAR));
}

/** Which target's answers a figure stands on; null is all of them. */
function targetOf(row: Row | null, { target }: ReportSubject): number | null {
  const own = row?.target_id;
  return typeof own === "number" ? own : (target?.targetId ?? null);
}

/**
 * What is behind a figure: the question and the row it is from, what its columns mean, and the answers of the cloud.
 *
 * @throws UnknownFigureError, TemplateError
 */
export async function explainFigure(db: Reader["db"], id: string, order: ExplainOrder): Promise<Explanation> {
  const { definition, dataDate, subject } = order;
  const parameters = parametersOf(definition, dataDate, askedOf(subject));
  const name = figureName(id);
  const dataset = datasetsOf(definition).find((each) => each.name === name?.dataset);
  if (name === null || dataset === undefined) throw await unknown(db, id, order, parameters);

  const read = await askDataset(db, dataset, parameters);
  const count = isRows(name) ? figureValues([read])(id) : undefined;
  const row = rowOf(read, id, name);
  if (count === undefined && row === undefined) throw await unknown(db, id, order, parameters);
  const own = row ?? null;
  return {
    id,
    title: dataset.title,
    column: name.column,
    value: count ?? own?.[name.column] ?? null,
    sql: dataset.sql.trim(),
    parameters,
    row: own,
    columns: columnMeanings(dataset, Object.keys(own ?? read.rows[0] ?? {})),
    evidence: await evidenceOf(db, nightsBehind(dataDate, own, name.column), targetOf(own, subject)),
  };
}
