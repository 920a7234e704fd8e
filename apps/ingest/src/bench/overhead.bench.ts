import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BareLoop } from "./bare-loop.ts";
import type { Nights, NightsTaken } from "./nights.ts";

/**
 * What a night costs beyond asking: the same bodies over the same connections, fetched and drained by a bare undici
 * loop, and fetched, validated, normalized and loaded. Server, loop and night are processes of their own.
 */
const DATES = ["2026-11-23", "2026-11-24"] as const;
const ACCOUNTS = 20;
const CONNECTIONS = 32;

interface Canned {
  url: string;
  accounts: Nights["accounts"];
  projectIds: string[];
}

const start = (file: string, args: string[] = []): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), args);

async function told<T>(child: ChildProcess): Promise<T> {
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`A process of the benchmark ended with status ${status}.`);
  });
  const [message] = await Promise.race([once(child, "message"), failed]);
  failed.catch(() => {});
  return message as T;
}

async function measure(projects: number) {
  const server = start("./canned-cloud.ts", [String(ACCOUNTS), String(projects), ...DATES]);
  try {
    const { url, accounts, projectIds } = await told<Canned>(server);
    const loop = start("./bare-loop.ts");
    loop.send({ url, projectIds, connections: CONNECTIONS } satisfies BareLoop);
    const { ms: bareMs } = await told<{ ms: number }>(loop);
    const nights = start("./nights.ts");
    const dates = [DATES[0], DATES[1], DATES[1]];
    nights.send({ url, accounts, connections: CONNECTIONS, dates } satisfies Nights);
    return { bareMs, ...(await told<NightsTaken>(nights)) };
  } finally {
    server.kill();
  }
}

const print = (ratio: number, what: string) =>
  process.stdout.write(`${ratio.toFixed(2).padStart(6)} ×  ${what}\n`);

const few = await measure(2000);
const many = await measure(10_000);
const [first = 0, after = 0, again = 0] = many.ms;
print(
  1,
  `10,000 bodies over ${CONNECTIONS} connections, fetched and drained (${Math.round(many.bareMs)} ms)`,
);
print(first / many.bareMs, "a first night of 10,000 targets: everything is new (at most 2.5)");
print(after / many.bareMs, "the night after: most is as it was");
print(again / many.bareMs, "the same night again: nothing is asked for");
print(many.maxRssMiB / few.maxRssMiB, "peak memory of 10,000 targets to that of 2,000 (at most 1.15)");
process.stdout.write(`${Math.round(many.maxRssMiB)} MiB at the peak (at most 200)\n`);
