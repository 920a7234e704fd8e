import type { ChartRow } from "./chart.ts";
import { FIGURE_KINDS, Figure, type FigureKind } from "./figure.ts";
import type { Locale } from "./locale.ts";
import type { ModelRow } from "./model.ts";

/** A row as a chart draws it: figures are their values. */
export const plainRow = (row: ModelRow): ChartRow =>
  Object.fromEntries(
    Object.entries(row).map(([column, cell]) => [column, cell instanceof Figure ? cell.value : cell]),
  );

const DAY_MS = 86_400_000;

/** A row for every calendar day from one night to another: a day that is not on record is a gap, not left out. */
function everyNight(rows: readonly ModelRow[], first: string, last: string): ModelRow[] {
  const known = new Map(rows.map((row) => [row.data_date, row]));
  const nights: ModelRow[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    const data_date = new Date(at).toISOString().slice(0, 10);
    nights.push(known.get(data_date) ?? { data_date });
  }
  return nights;
}

export interface ChartRowsContext {
  locale: Locale;
  write: Record<FigureKind, (value: number | null) => string>;
  root: Readonly<Record<string, unknown>>;
}

/** What a figure is called where a spec prints it as `<column>_text`, and which it is. */
function printedCells(
  row: ModelRow,
  column: string,
  kind: FigureKind,
  write: ChartRowsContext["write"],
): ChartRow {
  const cell = row[column];
  if (!(cell instanceof Figure)) return {};
  return { [`${column}_text`]: write[kind](cell.value), [`${column}_figure`]: `${cell.id} ${kind}` };
}

/**
 * Rows for a chart: those given, and beside them what the template asks for: `labels`, the beginning of a locale key,
 * with `of`, the column that ends it; for a kind of figure (`points="score cap"`) the columns that are printed by it;
 * `value`, the column to be called so, and `most`, the one to be called its cap; `calendar`, to have every night of the trend.
 */
export function chartRows(
  rows: readonly ModelRow[],
  asked: Readonly<Record<string, unknown>>,
  { locale, write, root }: ChartRowsContext,
): ChartRow[] {
  const { labels, of: keyColumn = "", value, most, calendar } = asked;
  const printed = FIGURE_KINDS.flatMap((kind) =>
    String(asked[kind] ?? "")
      .split(" ")
      .filter((column) => column !== "")
      .map((column) => ({ kind, column })),
  );
  const all = calendar === true ? everyNight(rows, String(root.first_night), String(root.data_date)) : rows;
  return all.map((row) => {
    const cells = plainRow(row);
    for (const { kind, column } of printed) Object.assign(cells, printedCells(row, column, kind, write));
    if (typeof value === "string") {
      const cap = typeof most === "string" ? (cells[most] ?? null) : null;
      Object.assign(cells, { value: cells[value] ?? null, cap });
    }
    if (typeof labels === "string") cells.label = locale.text(`${labels}.${cells[String(keyColumn)]}`);
    return cells;
  });
}
