import type { ReadonlyKysely } from "kysely/readonly";
import type { Ledger, Reader } from "../open.ts";
import type { Schema } from "../tables.ts";

/** The tables behind the views, for this package alone. */
export const tablesOf = ({ db }: Reader | Ledger): ReadonlyKysely<Schema> =>
  db as unknown as ReadonlyKysely<Schema>;
