import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { type RawServer, startRawServer } from "@nightledger/simulator/raw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NIGHT, type NightShift, openNightShift } from "../test-night-shift.ts";

const WAIT = { timeout: 120_000, interval: 50 };

let shift: NightShift;
/** Answers the half of a gzip body, and then nothing for ever. */
let stuck: RawServer;

beforeEach(async () => {
  shift = await openNightShift({ projects: 3 });
  stuck = await startRawServer((socket) => {
    const body = gzipSync(Buffer.from(JSON.stringify({ projects: [] })));
    socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body.subarray(0, 10));
  });
});

afterEach(async () => {
  await stuck.close();
  await shift.close();
});

function pointAt(endpoints: object, request: object): void {
  const [account] = shift.simulator.world.accounts;
  const { url } = shift.simulator;
  shift.configure({
    accounts: [
      {
        name: account?.name,
        credential: {
          ak: `\${file:secrets/${account?.name}.ak}`,
          sk: `\${file:secrets/${account?.name}.sk}`,
        },
        endpoints: { iam: url, eps: url, hss: url, ...endpoints },
      },
    ],
    request: { quota: "off", ...request },
  });
}

test.each([
  ["ingest", "iam", ["ingest", "--date", NIGHT]],
  ["ingest", "hss", ["ingest", "--date", NIGHT]],
  ["nightly", "iam", ["nightly", "--date", NIGHT]],
  ["nightly with a deadline", "hss", ["nightly", "--date", NIGHT, "--deadline", "23:59"]],
  ["plan", "iam", ["plan"]],
  ["doctor", "iam", ["doctor"]],
])("SIGTERM ends %s while an answer of %s hangs", async (_, service, args) => {
  pointAt({ [service]: stuck.url }, { timeoutMs: 600_000 });
  const { child, ended } = await shift.start(args);
  await vi.waitFor(() => expect(stuck.asked.length).toBeGreaterThan(0), WAIT);
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({
    status: 3,
    err: expect.stringContaining("Stopping; what is on record stays."),
  });
});

test.each([
  ["one SIGTERM, after a grace", 1, 3, "it did not end within 8 seconds and is ended now"],
  ["two, at once", 2, 130, "Once more to stop at once"],
])("a night that waits for a silent mail server is ended by %s", async (_, signals, status, said) => {
  // it takes the connection and never says a word, which nothing but its own limit ends
  const silent = await startRawServer(() => {});
  const port = Number(new URL(silent.url).port);
  shift.configure({
    mail: { host: "127.0.0.1", port, tls: "off", from: "nightledger@example.com", timeoutMs: 600_000 },
  });
  try {
    const { child, ended } = await shift.start(["nightly", "--date", NIGHT]);
    await vi.waitFor(() => expect(silent.open).toBe(1), WAIT);
    child.kill("SIGTERM");
    if (signals === 2) {
      // two signals that come together may count as one
      await once(child.stderr, "data");
      child.kill("SIGTERM");
    }
    expect(await ended).toMatchObject({ status, err: expect.stringContaining(said) });
  } finally {
    await silent.close();
  }
  // what is on record stays
  expect(await shift.rows("SELECT fresh FROM coverage_daily")).toEqual([{ fresh: 3 }]);
});
