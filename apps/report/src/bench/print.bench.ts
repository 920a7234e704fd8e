import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { print, times } from "@nightledger/store/bench";
import type { Printing } from "./printing.ts";
import { treeMemoryMiB } from "./tree-memory.ts";

/** What our printer costs beyond a loop of `page.setContent` and `page.pdf`, and what it holds as documents go by. */
const DOCUMENTS = 100;
const PAGES = 2;
const [FEW, MANY] = [50, 200];
const TRIES = 3;
const LOOK_EVERY_MS = 250;

/** @param look what to do with the process while it prints */
async function take(printing: Printing, look = (_pid: number): void => {}): Promise<number> {
  const child = fork(fileURLToPath(new URL("./printing.ts", import.meta.url)), [JSON.stringify(printing)]);
  const looking = setInterval(() => look(child.pid ?? 0), LOOK_EVERY_MS);
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`A process of the benchmark ended with status ${status}.`);
  });
  failed.catch(() => {});
  const [message] = await Promise.race([once(child, "message"), failed]);
  clearInterval(looking);
  return (message as { ms: number }).ms;
}

async function peakMiB(documents: number): Promise<number> {
  let peak = 0;
  await take({ how: "our printer", documents, pages: PAGES }, (pid) => {
    peak = Math.max(peak, treeMemoryMiB(pid));
  });
  return peak;
}

/** The fastest of a few, taken in turn: what the machine does beside is no part of it. */
async function fastest(): Promise<{ ours: number; bare: number }> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    ours.push(await take({ how: "our printer", documents: DOCUMENTS, pages: PAGES }));
    bare.push(await take({ how: "a bare loop", documents: DOCUMENTS, pages: PAGES }));
  }
  return { ours: Math.min(...ours), bare: Math.min(...bare) };
}

const { ours, bare } = await fastest();
print(
  times(bare / ours),
  `the rate of our printer to that of a bare loop, ${DOCUMENTS} documents (at least 0.7)`,
);
const few = await peakMiB(FEW);
const many = await peakMiB(MANY);
print(
  times(many / few),
  `peak memory of all processes for ${MANY} documents to that for ${FEW} (at most 1.2)`,
);
print(`${Math.round(many)} MiB`, "at the peak");
