/** A number of a dataset, or what is not known, that a report may print: it knows which one it is. */
export class Figure {
  readonly value: number | null;
  readonly #idOf: () => string;

  /** @param idOf is asked for the figures that are printed: a few of ten thousands */
  constructor(idOf: () => string, value: number | null) {
    this.value = value;
    this.#idOf = idOf;
  }

  /** `dataset.column`, and `@key` where the dataset has several rows. */
  get id(): string {
    return this.#idOf();
  }

  /** Handlebars prints what has this method through it: a figure that no format was chosen for is a mistake. */
  toHTML(): never {
    throw new Error(`{{${this.id}}} needs a format, such as {{number …}} or {{text …}}`);
  }
}

/** How a figure is written; the gate reads it back by the same word. */
export const FIGURE_KINDS = ["number", "points", "numberChange", "pointsChange", "percent"] as const;
export type FigureKind = (typeof FIGURE_KINDS)[number];

/** A figure as it stands in a document. */
export interface PrintedFigure {
  id: string;
  kind: FigureKind;
  text: string;
  value: number | null;
}

/** The value of a figure, or what is given if it is none. */
export const plain = (cell: unknown): unknown => (cell instanceof Figure ? cell.value : cell);
