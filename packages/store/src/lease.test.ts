import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withLease } from "./lease.ts";
import { leaseHolder } from "./lease-holder.ts";
import { openReader } from "./open.ts";
import { ENGINES, openTestLedger } from "./test-engines.ts";

const never = new AbortController().signal;

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
    return () => opened.remove();
  });
  afterEach(() => vi.useRealTimers());

  const holders = () => opened.ledger.db.selectFrom("lease").selectAll().execute();
  const leave = (holder: { host: string; pid: number; lapsesIn: number }) =>
    sql`INSERT INTO lease (name, token, what, host, pid, since, heard_at, lapses_at) VALUES ('run', 'theirs', 'ingest',
      ${holder.host}, ${holder.pid}, 1764000000, 1764000000, ${Math.floor(Date.now() / 1000) + holder.lapsesIn})`.execute(
      opened.ledger.db,
    );
  const worked = () => withLease(opened.ledger, "replay", never, async () => "done");

  test("one at a time: the second is told whom it waits for, and comes when the first is done", async () => {
    await withLease(opened.ledger, "ingest", never, async () => {
      expect(await holders()).toMatchObject([{ what: "ingest", host: hostname(), pid: process.pid }]);
      await expect(worked()).rejects.toThrow(
        new RegExp(
          `Another run is under way: ingest, process ${process.pid} on ${hostname()}, since \\d{4}-`,
        ),
      );
    });
    expect(await worked()).toBe("done");
    expect(await holders()).toEqual([]);
  });

  test("of several that begin together one gets it", async () => {
    const { promise: allRefused, resolve } = Promise.withResolvers<void>();
    const refused: string[] = [];
    const begun = ["a", "b", "c", "d", "e"].map((what) =>
      withLease(opened.ledger, what, never, async () => {
        await allRefused;
        return what;
      }).catch((error: Error) => {
        if (refused.push(error.name) === 4) resolve();
      }),
    );
    const worked = (await Promise.all(begun)).filter((what) => what !== undefined);
    expect(worked.length).toBe(1);
    expect(refused).toEqual(Array.from({ length: 4 }, () => "LeaseHeldError"));
  });

  test("whoever asks is told who holds it, and whether that one is over", async () => {
    const told = async () => {
      const reader = await openReader(opened.url);
      const holder = await leaseHolder(reader);
      await reader.close();
      return holder;
    };
    expect(await told()).toBe(null);
    await withLease(opened.ledger, "ingest", never, async () => {
      expect(await told()).toMatchObject({ what: "ingest", pid: process.pid, isOver: false });
    });
    await leave({ host: "another-machine", pid: 1, lapsesIn: 30 });
    expect(await told()).toMatchObject({
      host: "another-machine",
      since: "2025-11-24T16:00:00.000Z",
      isOver: false,
    });
    await sql`UPDATE lease SET lapses_at = 1764000060`.execute(opened.ledger.db);
    expect(await told()).toMatchObject({ isOver: true });
  });

  test("work that fails gives the lease back", async () => {
    await expect(
      withLease(opened.ledger, "ingest", never, () => Promise.reject(new Error("No."))),
    ).rejects.toThrow("No.");
    expect(await worked()).toBe("done");
  });

  test("a holder elsewhere keeps its place until nothing was heard of it for long enough", async () => {
    await leave({ host: "another-machine", pid: process.pid, lapsesIn: 30 });
    await expect(worked()).rejects.toThrow("on another-machine");
    await sql`UPDATE lease SET lapses_at = ${Math.floor(Date.now() / 1000) - 1}`.execute(opened.ledger.db);
    expect(await worked()).toBe("done");
  });

  test("a holder that died on this machine is followed at once", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await leave({ host: hostname(), pid, lapsesIn: 30 });
    expect(await worked()).toBe("done");
  });

  test("and so is one with this process's number from before a restart", async () => {
    await leave({ host: hostname(), pid: process.pid, lapsesIn: 30 });
    expect(await worked()).toBe("done");
  });

  test("a holder is heard of again and again; one that has lost its place is stopped", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const beat = async () => {
      vi.advanceTimersByTime(10_000);
      // the heartbeat is a statement of its own: it has come when another one is answered after it
      for (let turn = 0; turn < 3; turn += 1) await holders();
    };
    let reason: unknown;
    const losing = withLease(opened.ledger, "ingest", never, async (signal) => {
      await sql`UPDATE lease SET heard_at = 0, lapses_at = 0`.execute(opened.ledger.db);
      await beat();
      expect((await holders())[0]?.lapses_at).toBeGreaterThan(1_764_000_000);
      await sql`UPDATE lease SET token = 'theirs'`.execute(opened.ledger.db);
      const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await beat();
      await stopped;
      reason = signal.reason;
    });
    await expect(losing).rejects.toThrow("Another run has taken this one's place");
    expect(String(reason)).toContain("Another run has taken");
    expect(await holders()).toMatchObject([{ token: "theirs" }]);
  });
});
