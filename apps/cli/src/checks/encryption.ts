import { isPostgresUrl, shownPlace } from "@nightledger/store";
import { isPlainRemote } from "@nightledger/store/postgres-url";
import type { Finding } from "./finding.ts";

/** Is what goes to the database over a network encrypted? */
export function* encryptionFinding(database: string): Generator<Finding> {
  if (!isPostgresUrl(database)) return;
  const about = { check: "encryption", subject: shownPlace(database) } as const;
  if (isPlainRemote(database)) {
    const detail =
      "allowPlainPostgres names it: passwords and every figure cross the network in clear. Give the server a certificate, its authority's as postgresCa, and take it off the list.";
    yield { ...about, status: "warning", detail };
  } else yield { ...about, status: "ok", detail: "Nothing of it crosses a network in clear." };
}
