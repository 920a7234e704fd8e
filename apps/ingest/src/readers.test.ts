import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulator } from "@nightledger/simulator";
import { expect, test } from "vitest";
import { runProcess } from "./process/run-process.ts";

const ONE_READER = fileURLToPath(new URL("./process/one-reader.ts", import.meta.url));
const SHELL_READER = fileURLToPath(new URL("./process/shell-reader.ts", import.meta.url));

/** Four readers, one of them the stock shell where there is one. */
const hasShell = spawnSync("sqlite3", ["-version"]).status === 0;
const READERS = [hasShell ? SHELL_READER : ONE_READER, ONE_READER, ONE_READER, ONE_READER];

test("four processes read while a night is loaded: nobody waits in vain, and no target is seen in part", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-readers-"));
  const path = join(folder, "ledger.db");
  const simulator = await startSimulator({ accounts: 2, projects: 24, limit: null, date: "2026-11-23" });
  const { url, world } = simulator;
  const accounts = world.accounts.map(({ name, ak, sk }) => ({ name, ak, sk }));
  try {
    await runProcess({ url, accounts, path, dataDate: "2026-11-23" });
    simulator.setDate("2026-11-24");
    const readers = READERS.map((reader) =>
      fork(reader, [path, "2026-11-24"], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }),
    );
    await Promise.all(readers.map((reader) => once(reader, "message")));
    const { done, stderr } = await runProcess({ url, accounts, path, dataDate: "2026-11-24" });
    const told = readers.map((reader) => once(reader, "message"));
    for (const reader of readers) reader.send("stop");
    const seen = (await Promise.all(told)).map(([message]) => message as { sights: string[] });
    expect(stderr).toBe("");
    expect(done?.done).toMatchObject({ status: "complete", expected: 23, missing: 0 });
    const possible = ["0 targets", "1 outcomes", "23 targets", "6 categories"];
    expect(seen.flatMap(({ sights }) => sights).filter((sight) => !possible.includes(sight))).toEqual([]);
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
});
