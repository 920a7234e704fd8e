import { existsSync } from "node:fs";
import { newestManifests } from "@nightledger/report/manifests";
import {
  type Acceptance,
  type Contradiction,
  findContradiction,
  isPostgresUrl,
  openHistory,
  type Witness,
} from "@nightledger/store";
import type { Config } from "../config.ts";

/** Where a ledger is, and what is made from it. */
export type Surroundings = Pick<Config, "database" | "snapshot" | "reports">;

/** What the analysts' copy says; none where there is none, or where it cannot be read. */
async function copyWitnesses(snapshot: string | null): Promise<Witness[]> {
  if (snapshot === null || !existsSync(snapshot)) return [];
  try {
    const history = await openHistory(snapshot);
    const { last } = history;
    await history.close();
    if (last === null) return [];
    return [{ what: "copy", file: snapshot, madeAt: last.startedAt, ...last }];
  } catch {
    // it proves nothing; doctor says what is wrong with it
    return [];
  }
}

const manifestWitnesses = (reports: string): Witness[] =>
  newestManifests(reports).flatMap(({ file, manifest: { seal, createdAt, dataDate } }) =>
    seal === null
      ? []
      : [{ what: "manifest", file, ...seal, dataDate, startedAt: null, madeAt: createdAt } as const],
  );

/** What holding a ledger against its surroundings gave. */
export interface Held {
  /** Null is none. */
  contradiction: Contradiction | null;
  /** Whether the ledger has a run that could be held against something. */
  hasRuns: boolean;
  /** Newest first. */
  acceptances: Acceptance[];
}

/**
 * Holds the ledger against the analysts' copy of it and the newest manifests of its reports. Writes nothing.
 *
 * @throws UnreadableLedgerError
 */
export async function holdAgainstSurroundings(
  { database, snapshot, reports }: Surroundings,
  now: Date,
): Promise<Held> {
  const history = await openHistory(database);
  try {
    const witnesses = [...(await copyWitnesses(snapshot)), ...manifestWitnesses(reports)];
    const contradiction = await findContradiction(history, witnesses, {
      isFile: !isPostgresUrl(database),
      now,
    });
    return { contradiction, hasRuns: history.last !== null, acceptances: history.acceptances };
  } finally {
    await history.close();
  }
}
