import type { Selectable } from "kysely";
import { hashOf } from "../content.ts";
import type { Tables } from "../tables.ts";
import { hex } from "./lines.ts";

/** What a link of the chain is made of. */
export interface Link {
  /** The link before; null is none. */
  previous: Buffer | null;
  run: Selectable<Tables["run"]>;
  factsHash: Buffer;
  gapsHash: Buffer;
}

/** A link of the chain: whatever is changed in a run or before it, this is another one. */
export const chainHash = ({ previous, run, factsHash, gapsHash }: Link): Buffer =>
  hashOf(
    JSON.stringify([
      hex(previous),
      run.id,
      run.kind,
      run.data_date,
      run.started_at,
      run.finished_at,
      run.status,
      run.expected,
      run.already_fresh,
      run.fetched,
      run.missing,
      run.problem,
      hex(factsHash),
      hex(gapsHash),
    ]),
  );
