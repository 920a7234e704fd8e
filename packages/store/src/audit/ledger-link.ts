import type { Selectable } from "kysely";
import { hashOf } from "../content.ts";
import { hex } from "../seal/lines.ts";
import type { Tables } from "../tables.ts";

export type LedgerSeal = Selectable<Tables["ledger_seal"]>;

/** A link of the chain over the whole ledger: it takes up the chain of runs, so that its head stands for both. */
export const ledgerLink = (
  seal: Omit<LedgerSeal, "chain_hash">,
  previous: Buffer,
  runChain: Buffer | null,
): Buffer =>
  hashOf(
    JSON.stringify([
      hex(previous),
      seal.id,
      seal.kind,
      seal.run_id,
      hex(runChain),
      seal.marks,
      hex(seal.facts_hash),
    ]),
  );
