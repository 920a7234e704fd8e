import type { Cell, Row } from "@nightledger/store";
import type { ReadDataset } from "./dataset.ts";
import { Figure } from "./figure.ts";
import { figureName, isRows } from "./figure-name.ts";

/** A row as a template sees it: strings that can be printed, and figures. */
export type ModelRow = Readonly<Record<string, string | number | Figure>>;

/** What a template sees, by dataset: a row (null where there is none), or rows. */
export type Model = Readonly<Record<string, ModelRow | readonly ModelRow[] | null>>;

/** Numbers and what is not known are figures, but for those that only tell rows apart. */
const isFigure = ({ key }: ReadDataset, column: string, cell: Cell): cell is number | null =>
  cell === null || (typeof cell === "number" && !key.includes(column));

/** A part of a figure's id: short, and safe in an attribute, a file and a shell. */
const idPart = (cell: Cell | undefined): string =>
  encodeURIComponent(String(cell ?? "")).replaceAll("'", "%27");

/** What tells a row of a dataset apart from the others, as it stands in an id; null in the only one. */
const rowKey = ({ isOne, key }: ReadDataset, row: Row): string | null =>
  isOne ? null : key.map((each) => idPart(row[each])).join("/");

/** The id of a dataset's cell: `column` of the one row, or `column@key/key`. */
export function figureId(dataset: ReadDataset, row: Row, column: string): string {
  const key = rowKey(dataset, row);
  return `${dataset.name}.${column}${key === null ? "" : `@${key}`}`;
}

/** The id of the number of a dataset's rows, or of those after the first few. */
export const rowsId = (dataset: string, shown: number): string =>
  `${dataset}.rows${shown === 0 ? "" : `~${shown}`}`;

/** Makes a string from outside one that can be printed. */
type Printable = (text: string) => string;

function modelRow(dataset: ReadDataset, row: Row, printable: Printable): ModelRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, cell]) => [
      column,
      isFigure(dataset, column, cell)
        ? new Figure(() => figureId(dataset, row, column), cell)
        : typeof cell === "string"
          ? printable(cell)
          : cell,
    ]),
  );
}

/** The datasets as a template sees them. */
export const buildModel = (datasets: readonly ReadDataset[], printable: Printable): Model =>
  Object.fromEntries(
    datasets.map((dataset) => {
      const rows = dataset.rows.map((row) => modelRow(dataset, row, printable));
      return [dataset.name, dataset.isOne ? (rows[0] ?? null) : rows];
    }),
  );

/** What figures are worth, by id; undefined where there is no such figure. */
export function figureValues(datasets: readonly ReadDataset[]): (id: string) => number | null | undefined {
  const named = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const indexes = new Map<ReadDataset, Map<string | null, Row>>();
  const rowsOf = (dataset: ReadDataset): Map<string | null, Row> => {
    const known = indexes.get(dataset) ?? new Map(dataset.rows.map((row) => [rowKey(dataset, row), row]));
    indexes.set(dataset, known);
    return known;
  };
  return (id) => {
    const name = figureName(id);
    const dataset = named.get(name?.dataset ?? "");
    if (name === null || dataset === undefined) return undefined;
    if (isRows(name)) return Math.max(0, dataset.rows.length - (name.shown ?? 0));
    const cell = rowsOf(dataset).get(name.key)?.[name.column];
    return cell !== undefined && isFigure(dataset, name.column, cell) ? cell : undefined;
  };
}
