import type { SimulatorOptions } from "@nightledger/simulator";
import { simulatedPlan } from "../simulated-plan.ts";
import { openWorks, type Works } from "../test-workers.ts";

/**
 * How much faster a night is with more workers: eight source addresses and eight users against one address, where
 * quotas hold the night up; and two workers against one, and against one process on SQLite, where nothing does. The
 * time is that of the run, as the ledger has it.
 */
const DATE = "2026-11-24";
const LIMIT = { calls: 5, windowMs: 1000 };
const USERS = 8;
/** About what the simulator takes. */
const CALL_MS = 10;
const LIMITED = Number(process.env.TARGETS_WITH_LIMITS ?? 1200);
const UNLIMITED = Number(process.env.TARGETS_WITHOUT_LIMITS ?? 10_000);

interface Taken {
  seconds: number;
  fetched: number;
  refused: number;
}

async function measured(works: Works): Promise<Taken> {
  const exit = await works.command("ingest", "--date", DATE, "--json");
  if (exit.status !== 0) throw new Error(exit.err + exit.out);
  const { fetched } = JSON.parse(exit.out) as { fetched: number };
  const [row] = await works.rows<{ seconds: number }>("SELECT seconds FROM run_statistics");
  const refused = works.simulator.requests.filter(({ status }) => status === 429).length;
  return { seconds: row?.seconds ?? Number.NaN, fetched, refused };
}

async function byWorkers(world: SimulatorOptions, addresses: readonly string[]): Promise<Taken> {
  const works = await openWorks({ ...world, date: DATE });
  try {
    works.configure({ request: { ...REQUEST, quota: world.limit === null ? "off" : "5/1s" } });
    await Promise.all(addresses.map((address) => works.worker("--egress", address, "--no-render")));
    return await measured(works);
  } finally {
    await works.close();
  }
}

async function alone(world: SimulatorOptions): Promise<Taken> {
  const works = await openWorks({ ...world, date: DATE });
  try {
    works.configure({
      database: "./nightledger.db",
      workers: undefined,
      request: { ...REQUEST, quota: "off" },
    });
    return await measured(works);
  } finally {
    await works.close();
  }
}

const REQUEST = { concurrency: 32 };
const address = (nth: number): string => `127.0.0.${nth + 2}`;
const print = (ratio: number, text: string): void => {
  process.stdout.write(`${`${ratio.toFixed(2)} ×`.padStart(9)}  ${text}\n`);
};
const told = ({ seconds, fetched, refused }: Taken): string =>
  `${fetched} targets in ${seconds.toFixed(1)} s, ${refused} refused`;

const limited = { accounts: USERS, projects: LIMITED, limit: LIMIT };
const eight = await byWorkers(
  limited,
  Array.from({ length: USERS }, (_, nth) => address(nth)),
);
const one = await byWorkers(limited, [address(0)]);
print(1, `one worker, ${USERS} users, 5 calls a second: ${told(one)}`);
print(one.seconds / eight.seconds, `as fast with ${USERS} workers, an address each: ${told(eight)}`);
for (const [hosts, taken] of [
  [1, one],
  [USERS, eight],
] as const) {
  const { finishMs } = simulatedPlan({
    targets: taken.fetched,
    users: USERS,
    regions: 1,
    hosts,
    addresses: 1,
    quota: LIMIT,
    reconcile: "none",
    callMs: CALL_MS,
  });
  const planned = (finishMs / 1000).toFixed(1);
  print((taken.seconds * 1000) / finishMs, `what plan --simulate says for ${hosts} hosts: ${planned} s`);
}

const unlimited = { accounts: USERS, projects: UNLIMITED, limit: null };
const sqlite = await alone(unlimited);
const single = await byWorkers(unlimited, [address(0)]);
const pair = await byWorkers(unlimited, [address(0), address(1)]);
print(1, `one process on SQLite, no limits: ${told(sqlite)}`);
print(sqlite.seconds / single.seconds, `as fast with one worker on PostgreSQL: ${told(single)}`);
print(sqlite.seconds / pair.seconds, `as fast with two workers on PostgreSQL: ${told(pair)}`);
print(single.seconds / pair.seconds, "two workers against one");
