import { type Cell, type Reader, type Row, readRows } from "@nightledger/store";

/** An answer of the cloud that a figure stands on. */
export interface Evidence {
  data_date: string;
  account: string;
  region: string;
  project_id: string;
  project_name: string;
  run_id: number;
  fetched_at: string;
  payload_sha256: string;
  risk_list_sha256: string;
}

const SQL = `SELECT data_date, account, region, project_id, project_name, run_id, fetched_at, payload_sha256, risk_list_sha256
  FROM evidence_daily
 WHERE data_date = :data_date AND (CAST(:target_id AS bigint) IS NULL OR target_id = :target_id)
 ORDER BY account, project_name, target_id`;

const text = (cell: Cell | undefined): string | null => (typeof cell === "string" ? cell : null);

/** The nights whose answers a cell stands on: its row's own, the one it is a change from, or the one it is carried from. */
export function nightsBehind(dataDate: string, row: Row | null, column: string): string[] {
  const own = text(row?.data_date) ?? dataDate;
  if (column.startsWith("carried_")) return [text(row?.carried_from)].filter((night) => night !== null);
  const before = column.endsWith("_change") ? text(row?.previous_date) : null;
  return before === null ? [own] : [own, before];
}

/** The answers of these nights: those of one target, or of all targets that the reader shows. */
export async function evidenceOf(
  db: Reader["db"],
  nights: readonly string[],
  targetId: number | null,
): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const data_date of nights) {
    const rows = await readRows(db, SQL, { data_date, target_id: targetId });
    found.push(...(rows as unknown as Evidence[]));
  }
  return found;
}
