import type { Cell } from "@nightledger/store/query";
import { hex } from "./hex.ts";

/** What cells a column was seen to have. */
export interface Seen {
  integer: boolean;
  /** An integer that a floating-point number cannot hold. */
  wide: boolean;
  real: boolean;
  text: boolean;
}

export type ColumnType = "INT64" | "DOUBLE" | "STRING";

export const nothingSeen = (): Seen => ({ integer: false, wide: false, real: false, text: false });

const isWide = (cell: bigint): boolean =>
  cell > BigInt(Number.MAX_SAFE_INTEGER) || cell < BigInt(Number.MIN_SAFE_INTEGER);

export function see(seen: Seen, cell: Cell): void {
  if (cell === null) return;
  if (typeof cell === "bigint") {
    seen.integer = true;
    seen.wide ||= isWide(cell);
  } else if (typeof cell === "number") seen.real = true;
  else seen.text = true;
}

/** The one type that takes all of a column's cells without a loss. */
export function columnType({ integer, wide, real, text }: Seen): ColumnType {
  if (text || (wide && real)) return "STRING";
  if (real) return "DOUBLE";
  return integer ? "INT64" : "STRING";
}

/** A cell as a column of the type holds it. */
export function asType(type: ColumnType, cell: Cell): string | number | bigint | null {
  if (cell === null || type === "INT64") return cell as bigint | null;
  if (type === "DOUBLE") return Number(cell);
  return cell instanceof Uint8Array ? hex(cell) : String(cell);
}
