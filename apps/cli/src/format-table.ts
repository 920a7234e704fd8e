import { maskLine } from "@nightledger/core/mask-text";
import stringWidth from "string-width";

/** A cell as text on one line of a terminal: null as –. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "–";
  if (cell instanceof Uint8Array) return `x'${Buffer.from(cell).toString("hex")}'`;
  return maskLine(String(cell));
}

const isNumber = (cell: unknown): boolean => typeof cell === "number" || typeof cell === "bigint";

/** Rows as a table for a terminal: numbers to the right, wide characters counted as wide. */
export function formatTable(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const columns = names.map(maskLine);
  const texts = rows.map((row) => row.map(cellText));
  const widths = columns.map((name, index) =>
    Math.max(stringWidth(name), ...texts.map((row) => stringWidth(row[index] ?? ""))),
  );
  const right = columns.map(
    (_, index) =>
      rows.some((row) => isNumber(row[index])) && !rows.some((row) => typeof row[index] === "string"),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const gap = " ".repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell)));
        return right[index] === true ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return `${[line(columns), rule, ...texts.map(line)].join("\n")}\n`;
}
