import { type Ledger, postgresConnection } from "@nightledger/store";
import type { PgBoss } from "pg-boss";
import { makeWorkSchema, QUEUE_SCHEMA } from "./work-schema.ts";

/** The ledger in PostgreSQL with the queue beside it. */
export interface Work {
  ledger: Ledger;
  boss: PgBoss;
  /** After so much silence a worker counts as gone, and its work is taken over. Seconds. */
  lapseSeconds: number;
  close(): Promise<void>;
}

/** How often somebody looks for work that a dead worker left. Seconds. */
const LOOK_SECONDS = 2;

export interface WorkOptions {
  ledger: Ledger;
  /** `postgres://…` */
  database: string;
  /** `worker` or `nightly`, as pg-boss lists it. */
  name: string;
  lapseSeconds: number;
  /** Told of what went wrong beside the work. */
  onProblem: (problem: string) => void;
}

/** Opens the queue, and makes it where it is not there. Of several that start at once one does it. */
export async function openWork({ ledger, database, name, ...options }: WorkOptions): Promise<Work> {
  // loaded by those alone who have workers
  const { PgBoss } = await import("pg-boss");
  const boss = new PgBoss({
    ...postgresConnection(database),
    schema: QUEUE_SCHEMA,
    application_name: `nightledger ${name}`,
    instanceName: name,
    max: 4,
    schedule: false,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
  });
  boss.on("error", (error) => options.onProblem(`The queue: ${error.message}`));
  await makeWorkSchema(ledger, () => boss.start());
  return {
    ledger,
    boss,
    lapseSeconds: options.lapseSeconds,
    close: () => boss.stop({ graceful: false, close: true }),
  };
}
