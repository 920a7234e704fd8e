import type { ReadonlyKysely } from "kysely/readonly";
import type { Ledger, Reader } from "../open.ts";
import type { Schema } from "../tables.ts";

/** The tables behind the views, for this package alone. */
export const tablesOf = (reader: Reader | Ledger): ReadonlyKysely<Schema> =>
  ("tables" in reader ? reader.tables : undefined) ?? (reader.db as unknown as ReadonlyKysely<Schema>);
