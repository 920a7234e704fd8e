import { resolve } from "node:path";
import type { PostgresTrust } from "@nightledger/store/postgres-url";
import type { LookUp } from "../config-references.ts";
import type { Settings } from "../config-schema.ts";
import type { ConfigProblem } from "../errors.ts";

/** What the settings say of TLS to PostgreSQL servers; the authority's file has to be there and be one. */
export function postgresTrustOf(
  { allowPlainPostgres, postgresCa }: Pick<Settings, "allowPlainPostgres" | "postgresCa">,
  look: LookUp,
  folder: string,
): { trust: PostgresTrust; problems: ConfigProblem[] } {
  const trust = {
    plainHosts: allowPlainPostgres,
    caFile: postgresCa === undefined ? null : resolve(folder, postgresCa),
  };
  if (postgresCa === undefined) return { trust, problems: [] };
  try {
    if (look("file", postgresCa).includes("-----BEGIN CERTIFICATE-----")) return { trust, problems: [] };
    return {
      trust,
      problems: [{ path: "postgresCa", message: "is no certificate in PEM; name the authority's" }],
    };
  } catch (error) {
    return { trust, problems: [{ path: "postgresCa", message: (error as Error).message }] };
  }
}
