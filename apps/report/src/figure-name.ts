/** The parts of a figure's id: `dataset.column`, `dataset.column@key/key`, `dataset.rows`, `dataset.rows~shown`. */
export interface FigureName {
  dataset: string;
  column: string;
  /** Null where it is the dataset's one row, or a number of rows. */
  key: string | null;
  /** How many rows are not counted; null where it is no number of rows past the first few. */
  shown: number | null;
}

const NAME = /^(?<dataset>[a-z][a-z0-9_]*)\.(?<column>[A-Za-z_]\w*)(?:~(?<shown>\d+))?(?:@(?<key>\S*))?$/;

/** Null where the text cannot be an id. */
export function figureName(id: string): FigureName | null {
  const { dataset, column, key = null, shown } = NAME.exec(id)?.groups ?? {};
  if (dataset === undefined || column === undefined) return null;
  return { dataset, column, key, shown: shown === undefined ? null : Number(shown) };
}

/** Whether it is a number of rows. */
export const isRows = ({ column, key }: FigureName): boolean => column === "rows" && key === null;
