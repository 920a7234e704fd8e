import type { Ledger } from "@nightledger/store";
import { sql } from "kysely";
import { regionOfQueue, SUSPECT } from "./work-schema.ts";

/** Targets of an account in a region that wait for a worker. */
export interface WaitingLine {
  queue: string;
  region: string;
  account: string;
  waiting: number;
  /** Whether each of them is to be done alone. */
  isSuspect: boolean;
}

/** What waits for workers of this version. */
export async function waitingLines({ db }: Ledger): Promise<WaitingLine[]> {
  const { rows } = await sql<Omit<WaitingLine, "region" | "isSuspect">>`
    SELECT queue, account, waiting FROM nightledger_work.queue_status WHERE waiting > 0`.execute(db);
  return rows.flatMap((row) => {
    const region = regionOfQueue(row.queue);
    return region === null ? [] : [{ ...row, region, isSuspect: row.queue.startsWith(SUSPECT) }];
  });
}
