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

const few = await withSimulator(2000, (cloud) => takeNights(cloud, [FIRST]));
await withSimulator(10_000, async (cloud) => {
  const first = await takeNights(cloud, [FIRST]);
  const bare = await takeBareLoop(cloud.url);
  const [firstMs = 0] = first.ms;
  print(
    times(1),
    `${bare.calls} answers over ${CONNECTIONS} connections, fetched and drained by a bare loop`,
  );
  print(
    times(firstMs / bare.ms),
    "the same fetched, validated, normalized and loaded, all of them new (at most 2.5)",
  );
  print(times(first.cpuMs / bare.cpuMs), "the processor time of the one process to that of the other");
  const both = await takeNights(cloud, [FIRST, SECOND, SECOND]);
  const [, after = 0, again = 0] = both.ms;
  print(times(after / bare.ms), "the night after: most is as it was");
  print(times(again / bare.ms), "the same night again: nothing is asked for");
  print(
    times(first.maxRssMiB / few.maxRssMiB),
    "peak memory of 10,000 targets to that of 2,000 (at most 1.15)",
  );
  print(`${Math.round(first.maxRssMiB)} MiB`, "at the peak (at most 200)");
});
