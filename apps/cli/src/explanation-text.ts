import type { Explanation, PrintedThen } from "@nightledger/report";
import { formatTable } from "./format-table.ts";

/** Answers shown of many; --json has all. */
const SHOWN = 20;

const heading = (title: string, body: string): string => `\n${title}\n\n${body.trimEnd()}\n`;

function evidenceText({ evidence }: Explanation): string {
  if (evidence.length === 0) return "None: no answer of that night is on record.";
  const columns = [
    "data_date",
    "account",
    "project_name",
    "run_id",
    "fetched_at",
    "payload_sha256",
    "risk_list_sha256",
  ] as const;
  const rows = evidence.slice(0, SHOWN).map((each) => columns.map((column) => each[column]));
  const more = evidence.length - rows.length;
  return `${formatTable(columns, rows)}${more > 0 ? `${more} more; --json has all.` : ""}`;
}

/** The title's cell as it is now, and as it was printed. */
function valueText({ id, title, column, value }: Explanation, printed: PrintedThen | null): string {
  const now = `${id}: ${value === null ? "not known" : value}`;
  const then =
    printed === null
      ? ""
      : `\nPrinted as ${printed.text}${printed.value === value ? "" : `, which was ${printed.value ?? "not known"} then`}`;
  return `${now}\n${title}, ${column}${then}\n`;
}

/** What is behind a figure, for a person. */
export function explanationText(explanation: Explanation, printed: PrintedThen | null): string {
  const { row, columns, sql, parameters } = explanation;
  const bound = Object.entries(parameters).filter(([name]) => sql.includes(`:${name}`));
  const meanings = columns.map(({ column, view, meaning, unit, source }) => [
    column,
    row?.[column] ?? null,
    meaning,
    unit,
    source ?? view,
  ]);
  return [
    valueText(explanation, printed),
    heading(
      "Asked of the ledger",
      `${sql}\n\n${bound.map(([name, value]) => `:${name} = ${value ?? "null"}`).join("\n")}`,
    ),
    meanings.length === 0
      ? ""
      : heading(
          row === null ? "Columns" : "The row",
          formatTable(["column", "value", "meaning", "unit", "from"], meanings),
        ),
    heading("Answers of the cloud behind it", evidenceText(explanation)),
  ].join("");
}
