import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { print, times } from "@nightledger/store/bench";
import type { BareLoop, LoopTaken } from "./bare-loop.ts";
import type { Nights, NightsTaken } from "./nights.ts";
import type { BenchCloud } from "./open-accounts.ts";

/**
 * What a night costs beyond asking: the calls of a night over the same connections, once fetched, validated,
 * normalized and loaded, and once fetched and drained by a bare undici loop that sends the same requests again.
 * Simulator, night and loop are processes of their own; limits are off.
 */
const FIRST = "2026-11-23";
const SECOND = "2026-11-24";
const ACCOUNTS = 20;
const CONNECTIONS = 8;
const RUNS = 5;
/** So many projects of a simulated world are closed by then. */
const CLOSED = 1;

/** How the command line sets up its process: what is measured is what is run. */
function nodeFlags(): string[] {
  const root = readFileSync(new URL("../../../../package.json", import.meta.url), "utf8");
  const { scripts } = JSON.parse(root) as { scripts: { nightledger: string } };
  return scripts.nightledger.split(" ").filter((word) => word.startsWith("--"));
}

const start = (file: string, args: string[] = [], execArgv: string[] = []): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv });

async function told<T>(child: ChildProcess): Promise<T> {
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`A process of the benchmark ended with status ${status}.`);
  });
  failed.catch(() => {});
  const [message] = await Promise.race([once(child, "message"), failed]);
  return message as T;
}

async function withSimulator<T>(targets: number, work: (cloud: BenchCloud) => Promise<T>): Promise<T> {
  const simulator = start("./simulated-cloud.ts", [String(ACCOUNTS), String(targets + CLOSED), FIRST]);
  try {
    return await work(await told<BenchCloud>(simulator));
  } finally {
    simulator.disconnect();
  }
}

async function takeNights(cloud: BenchCloud, dates: string[]): Promise<NightsTaken> {
  const nights = start("./nights.ts", [], nodeFlags());
  nights.send({ ...cloud, connections: CONNECTIONS, dates } satisfies Nights);
  return await told<NightsTaken>(nights);
}

async function takeBareLoop(url: string): Promise<LoopTaken> {
  const loop = start("./bare-loop.ts");
  loop.send({ url, connections: CONNECTIONS } satisfies BareLoop);
  return await told(loop);
}

/** The middle one of an odd number of values. */
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** One night of so many targets, all of them new, and the same calls by the bare loop. */
const runOf = (targets: number) =>
  withSimulator(targets, async (cloud) => {
    const night = await takeNights(cloud, [FIRST]);
    const bare = await takeBareLoop(cloud.url);
    return { night, bare };
  });

const few: NightsTaken[] = [];
const many: Awaited<ReturnType<typeof runOf>>[] = [];
for (let run = 0; run < RUNS; run += 1) {
  few.push(await withSimulator(2000, (cloud) => takeNights(cloud, [FIRST])));
  many.push(await runOf(10_000));
}
const ratios = (of: (run: (typeof many)[number]) => number): number => median(many.map(of));
print(
  times(1),
  `${many[0]?.bare.calls} answers over ${CONNECTIONS} connections, fetched and drained by a bare loop; medians of ${RUNS} runs`,
);
print(
  times(ratios(({ night, bare }) => (night.ms[0] ?? 0) / bare.ms)),
  "the same fetched, validated, normalized and loaded, all of them new (at most 1.6)",
);
print(
  times(ratios(({ night, bare }) => night.cpuMs / bare.cpuMs)),
  "the processor time of the one process to that of the other (at most 3.5)",
);
print(
  times(ratios(({ night }) => night.maxRssMiB) / median(few.map(({ maxRssMiB }) => maxRssMiB))),
  "peak memory of 10,000 targets to that of 2,000 (at most 1.15)",
);
print(`${Math.round(ratios(({ night }) => night.maxRssMiB))} MiB`, "at the peak (at most 170)");
await withSimulator(10_000, async (cloud) => {
  const both = await takeNights(cloud, [FIRST, SECOND, SECOND]);
  const [first = 0, after = 0, again = 0] = both.ms;
  print(times(after / first), "the night after, to the first: most is as it was");
  print(times(again / first), "the same night again: nothing is asked for");
});
