/** Reads figures back as one language writes them. What is not known is a dash. */
export class FigureReader {
  readonly #group: string;
  readonly #decimal: string;
  readonly #pattern: RegExp;

  constructor(language: string) {
    const parts = new Intl.NumberFormat(language).formatToParts(-1234567.8);
    const part = (type: string) => (parts.find((found) => found.type === type)?.value ?? "").trim();
    this.#group = part("group");
    this.#decimal = part("decimal");
    const whole = this.#group === "" ? "\\d+" : `\\d{1,3}(?:[${this.#group}]\\d{3})*|\\d+`;
    this.#pattern = new RegExp(`^([+\\-−±]?)(${whole})(?:[${this.#decimal}](\\d+))?(%?)$`, "u");
  }

  /** Whether a text says a value, rounded to the digits it has. */
  says(text: string, value: number | null): boolean {
    if (value === null || text === "—") return value === null && text === "—";
    const [all, sign = "", whole = "", fraction = "", percent] = this.#pattern.exec(text) ?? [];
    if (all === undefined) return false;
    const digits = Number(`${whole.replace(/\D/g, "")}.${fraction}`);
    if (sign === "±" && digits !== 0) return false;
    const said = sign === "−" || sign === "-" ? -digits : digits;
    const meant = percent === "%" ? value * 100 : value;
    // half a unit of the last digit, and what a double loses
    return Math.abs(said - meant) <= 0.5 * 10 ** -fraction.length + Math.abs(meant) * 1e-12;
  }
}
