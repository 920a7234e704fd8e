/** How figures are written in one language. What is not known is a dash, never a zero. */
export class Formats {
  readonly #number: Intl.NumberFormat;
  readonly #points: Intl.NumberFormat;
  readonly #pointsColumn: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #shortDate: Intl.DateTimeFormat;
  readonly #time: Intl.DateTimeFormat;

  constructor(locale: string) {
    this.#number = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.#points = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#pointsColumn = new Intl.NumberFormat(locale, {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    this.#percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    this.#date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
    this.#shortDate = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
    this.#time = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: "UTC",
    });
  }

  static readonly UNKNOWN = "—";

  number = (value: number | null): string => (value === null ? Formats.UNKNOWN : this.#number.format(value));

  /** Points as a sentence has them: 10, 68.2. */
  points = (value: number | null): string => (value === null ? Formats.UNKNOWN : this.#points.format(value));

  /** Points as a column has them: 10.0, 68.2. */
  pointsColumn = (value: number | null): string =>
    value === null ? Formats.UNKNOWN : this.#pointsColumn.format(value);

  /** A share of one: 0.25 is 25%. */
  percent = (value: number | null): string =>
    value === null ? Formats.UNKNOWN : this.#percent.format(value);

  #signed(value: number | null, format: Intl.NumberFormat): string {
    if (value === null) return Formats.UNKNOWN;
    const size = format.format(Math.abs(value));
    // what rounds to nothing has no sign: "−0" would look like a loss
    return size === format.format(0) ? "±0" : `${value > 0 ? "+" : "−"}${size}`;
  }

  numberChange = (value: number | null): string => this.#signed(value, this.#number);

  pointsChange = (value: number | null): string => this.#signed(value, this.#points);

  /** `YYYY-MM-DD` in words. */
  date = (value: string | null): string =>
    value === null ? Formats.UNKNOWN : this.#date.format(new Date(`${value}T00:00:00Z`));

  shortDate = (value: string | null): string =>
    value === null ? Formats.UNKNOWN : this.#shortDate.format(new Date(`${value}T00:00:00Z`));

  /** An ISO 8601 instant, in UTC. */
  time = (value: string | null): string =>
    value === null ? Formats.UNKNOWN : `${this.#time.format(new Date(value))} UTC`;
}
