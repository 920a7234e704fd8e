import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startCommand } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const NIGHT = "2026-11-24";
const WAIT = { timeout: 120_000, interval: 50 };

let folder: string;
let simulator: Simulator;
let started: ChildProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-cli-"));
  started = [];
  simulator = await startSimulator({ accounts: 1, projects: 6, limit: null, date: NIGHT });
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
});

afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  await simulator.close();
  rmSync(folder, { recursive: true });
});

function start(...args: string[]) {
  const command = startCommand(folder, args);
  started.push(command.child);
  return command;
}

/** A run that waits for an answer of its third project, and for ever. */
async function startStalled() {
  simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 3, fault: "stall" }] });
  const asked = simulator.requests.length;
  const first = start("ingest", "--date", NIGHT);
  await vi.waitFor(() => expect(simulator.requests.length).toBeGreaterThan(asked + 4), WAIT);
  return first;
}

test.each(["ingest", "replay", "compact"])(
  "while a night is ingested %s ends at once, and names who is at it",
  async (verb) => {
    const { child } = await startStalled();
    const args = { ingest: ["--date", NIGHT], replay: [], compact: ["--months", "1"] }[verb] ?? [];
    const { status, err } = await start(verb, ...args).ended;
    expect(status).toBe(7);
    expect(err).toContain(
      `nightledger: Another run is under way: ingest, process ${child.pid} on ${hostname()}, since 20`,
    );
    expect(child.exitCode).toBe(null);
  },
);

test("a run that was killed is followed at once, and so is one that was stopped", async () => {
  for (const signal of ["SIGKILL", "SIGINT"] as const) {
    const { child, ended } = await startStalled();
    child.kill(signal);
    await ended;
  }
  simulator.setFaults({ faults: [] });
  expect(await start("ingest", "--date", NIGHT).ended).toMatchObject({ status: 0 });
});
