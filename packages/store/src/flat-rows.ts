/** A value of a row. */
export type Cell = string | number | Buffer | null;

/** So many rows lie in one piece: to let an array grow on and on costs more than what it holds. */
export const PIECE = 64;

/** Rows laid flat: value after value, in the order of the columns. A night has hundreds of thousands of rows. */
export interface FlatRows<Row, C = Cell> {
  columns: readonly (keyof Row & string)[];
  /** Each whole rows, at most `PIECE` of them. */
  pieces: C[][];
}

/** The piece that the next row goes to. */
export function pieceOf<C>({ columns, pieces }: FlatRows<never, C>): C[] {
  const last = pieces.at(-1);
  if (last !== undefined && last.length < PIECE * columns.length) return last;
  const next: C[] = [];
  pieces.push(next);
  return next;
}

/** Rows that all have the columns of the first, laid flat. */
export function flat<Row extends object>(rows: readonly Row[]): FlatRows<Row> {
  const columns = Object.keys(rows[0] ?? {}) as (keyof Row & string)[];
  const laid: FlatRows<Row> = { columns, pieces: [] };
  for (const row of rows) {
    const piece = pieceOf(laid);
    for (const column of columns) piece.push(row[column] as Cell);
  }
  return laid;
}
