import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import type { DeliveryState } from "../view-rows/deliveries.ts";
import { dueDeliveries, nextTryAt } from "./due.ts";
import { enqueueDeliveries, type NewDelivery } from "./enqueue.ts";
import { markLostDeliveries } from "./mark-lost.ts";
import { resendDeliveries } from "./resend.ts";
import { resolveDelivery } from "./resolve.ts";
import { settleDelivery } from "./settle.ts";
import { supersedeDeliveries } from "./supersede.ts";

const NOW = new Date("2026-11-25T01:00:00Z");
const LATER = new Date("2026-11-25T01:05:00Z");

const delivery = (more: Partial<NewDelivery> = {}): NewDelivery => ({
  data_date: "2026-11-24",
  report: "executive-summary",
  audience: null,
  subject: "all",
  locale: "en",
  kind: "report",
  edition: 1,
  channel: "mail",
  recipient: "ann@example.com",
  state: "pending",
  answer: null,
  content: "{}",
  ...more,
});

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;
  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });
  afterEach(() => opened.remove());

  const enqueue = (...rows: NewDelivery[]) => enqueueDeliveries(opened.ledger, rows, NOW);
  const rows = () =>
    opened.ledger.db.selectFrom("delivery_history").selectAll().orderBy("delivery_id").execute();
  const idOf = async (recipient: string) =>
    (await rows()).find((row) => row.recipient === recipient)?.delivery_id ?? 0;
  const settle = async (recipient: string, state: DeliveryState, from: DeliveryState[] = ["pending"]) =>
    await settleDelivery(opened.ledger, await idOf(recipient), from, { state, answer: null }, LATER);

  test("whoever enqueues the same again adds nothing, and changes nothing", async () => {
    expect(await enqueue(delivery(), delivery({ recipient: "ben@example.com" }))).toBe(2);
    await settle("ann@example.com", "sent");
    expect(
      await enqueue(delivery(), delivery({ recipient: "ben@example.com" }), delivery({ edition: 2 })),
    ).toBe(1);
    expect((await rows()).map(({ recipient, edition, state }) => [recipient, edition, state])).toEqual([
      ["ann@example.com", 1, "sent"],
      ["ben@example.com", 1, "pending"],
      ["ann@example.com", 2, "pending"],
    ]);
  });

  test("all rows of an enqueuing come in, or none", async () => {
    const odd = { ...delivery({ recipient: "ben@example.com" }), kind: "postcard" } as unknown as NewDelivery;
    await expect(enqueue(delivery(), odd)).rejects.toThrow();
    expect(await rows()).toEqual([]);
  });

  test("a step is taken from a state that it may come from, and by one only", async () => {
    await enqueue(delivery());
    expect(await settle("ann@example.com", "sending", ["pending", "deferred"])).toBe(true);
    expect(await settle("ann@example.com", "sending", ["pending", "deferred"])).toBe(false);
    const id = await idOf("ann@example.com");
    const sent = { state: "sent", answer: "250 OK", messageId: "<1@example.com>", attempted: true } as const;
    expect(await settleDelivery(opened.ledger, id, ["sending"], sent, LATER)).toBe(true);
    expect(await rows()).toMatchObject([
      {
        state: "sent",
        answer: "250 OK",
        message_id: "<1@example.com>",
        attempts: 1,
        updated_at: LATER.toISOString(),
      },
    ]);
    const steps = await opened.ledger.db
      .selectFrom("delivery_event_history")
      .select(["state", "answer", "at"])
      .orderBy("event_id")
      .execute();
    expect(steps).toEqual([
      { state: "pending", answer: null, at: NOW.toISOString() },
      { state: "sending", answer: null, at: LATER.toISOString() },
      { state: "sent", answer: "250 OK", at: LATER.toISOString() },
    ]);
  });

  test("due is what is pending, and what was deferred until now; the oldest night goes first", async () => {
    await enqueue(
      delivery(),
      delivery({ recipient: "ben@example.com" }),
      delivery({ recipient: "cho@example.com", data_date: "2026-11-23" }),
      delivery({ recipient: "dan@example.com", state: "skipped", answer: "No." }),
    );
    const until = { state: "deferred", answer: "451", nextTryAt: LATER } as const;
    await settleDelivery(opened.ledger, await idOf("ben@example.com"), ["pending"], until, NOW);
    const due = async (now: Date) =>
      (await dueDeliveries(opened.ledger, now)).map(({ recipient }) => recipient);
    expect(await due(NOW)).toEqual(["cho@example.com", "ann@example.com"]);
    expect(await due(LATER)).toEqual(["cho@example.com", "ann@example.com", "ben@example.com"]);
    expect(await nextTryAt(opened.ledger, ["mail"])).toEqual(LATER);
    expect(await nextTryAt(opened.ledger, ["webhook"])).toBe(null);
  });

  test("what a dead process left on its way is unknown; a copy into a folder is made again", async () => {
    await enqueue(
      delivery(),
      delivery({ channel: "folder", recipient: "/share" }),
      delivery({ recipient: "ben@example.com" }),
    );
    await settle("ann@example.com", "sending");
    await settle("/share", "sending");
    expect(await markLostDeliveries(opened.ledger, LATER)).toEqual([await idOf("ann@example.com")]);
    expect((await rows()).map(({ recipient, state }) => [recipient, state])).toEqual([
      ["ann@example.com", "unknown"],
      ["/share", "pending"],
      ["ben@example.com", "pending"],
    ]);
    expect((await rows())[0]?.answer).toMatch(/it may have arrived, or not/);
  });

  test.each([
    ["unknown", "sent", "sent"],
    ["unknown", "again", "pending"],
    ["unknown", "skip", "skipped"],
    ["refused", "again", "pending"],
    ["deferred", "skip", "skipped"],
    ["sent", "again", "sent"],
    ["sent", "skip", "sent"],
    ["sending", "again", "sending"],
    ["pending", "sent", "pending"],
  ] as const)("%s, resolved as %s, is %s", async (state, resolution, after) => {
    await enqueue(delivery());
    await settle("ann@example.com", state);
    const resolved = await resolveDelivery(opened.ledger, await idOf("ann@example.com"), resolution, LATER);
    expect(resolved).toMatchObject({ before: { state }, applied: state !== after });
    expect(await rows()).toMatchObject([{ state: after }]);
  });

  test("a delivery that is not there cannot be resolved", async () => {
    expect(await resolveDelivery(opened.ledger, 7, "sent", NOW)).toBe(null);
  });

  const resend = async (...recipients: string[]) =>
    await resendDeliveries(
      opened.ledger,
      { ids: await Promise.all(recipients.map(idOf)), answer: "To be sent again, by ann: lost." },
      LATER,
    );

  test("a delivery that was sent is sent again as a step more, and each send stays on record", async () => {
    await enqueue(delivery());
    await settle("ann@example.com", "sent");
    expect(await resend("ann@example.com")).toBe(null);
    expect(await rows()).toMatchObject([
      { state: "pending", answer: "To be sent again, by ann: lost.", message_id: null, sends: 1 },
    ]);
    expect(await dueDeliveries(opened.ledger, LATER)).toMatchObject([{ sends: 1 }]);
    await settle("ann@example.com", "sent");
    expect(await rows()).toMatchObject([{ state: "sent", sends: 2 }]);
    const steps = await opened.ledger.db
      .selectFrom("delivery_event_history")
      .select(["state", "answer"])
      .orderBy("event_id")
      .execute();
    expect(steps).toEqual([
      { state: "pending", answer: null },
      { state: "sent", answer: null },
      { state: "pending", answer: "To be sent again, by ann: lost." },
      { state: "sent", answer: null },
    ]);
  });

  test.each(["pending", "sending", "deferred", "unknown", "refused", "skipped"] as const)(
    "nothing is sent again where one of the deliveries is %s",
    async (state) => {
      await enqueue(delivery(), delivery({ recipient: "ben@example.com" }));
      await settle("ann@example.com", "sent");
      await settle("ben@example.com", state);
      expect(await resend("ann@example.com", "ben@example.com")).toBe(await idOf("ben@example.com"));
      expect((await rows()).map((row) => [row.state, row.sends])).toEqual([
        ["sent", 1],
        [state, 0],
      ]);
    },
  );

  test("an edition takes the place of none that an operator has sent again", async () => {
    await enqueue(delivery());
    await settle("ann@example.com", "sent");
    await resend("ann@example.com");
    const { data_date, report, subject, locale } = delivery();
    const edition = { data_date, report, subject, locale, edition: 2 };
    expect(await supersedeDeliveries(opened.ledger, edition, LATER)).toBe(0);
    expect(await rows()).toMatchObject([{ state: "pending" }]);
  });

  test("an edition takes the place of those before it that still wait, and of no other", async () => {
    await enqueue(
      delivery(),
      delivery({ recipient: "ben@example.com" }),
      delivery({ recipient: "cho@example.com", subject: "payments" }),
      delivery({ recipient: "dan@example.com", edition: 2 }),
    );
    await settle("ben@example.com", "sent");
    const edition = {
      data_date: "2026-11-24",
      report: "executive-summary",
      subject: "all",
      locale: "en",
      edition: 2,
    };
    expect(await supersedeDeliveries(opened.ledger, edition, LATER)).toBe(1);
    expect((await rows()).map(({ recipient, state, answer }) => [recipient, state, answer])).toEqual([
      ["ann@example.com", "skipped", "Edition 2 takes its place."],
      ["ben@example.com", "sent", null],
      ["cho@example.com", "pending", null],
      ["dan@example.com", "pending", null],
    ]);
  });

  test("a night's deliveries are counted by state", async () => {
    await enqueue(
      delivery(),
      delivery({ recipient: "ben@example.com" }),
      delivery({ kind: "failure", report: "nightly" }),
    );
    await settle("ben@example.com", "sent");
    const counted = await opened.ledger.db
      .selectFrom("delivery_daily")
      .selectAll()
      .orderBy("kind")
      .orderBy("state")
      .execute();
    expect(counted).toEqual([
      { data_date: "2026-11-24", kind: "failure", channel: "mail", state: "pending", deliveries: 1 },
      { data_date: "2026-11-24", kind: "report", channel: "mail", state: "pending", deliveries: 1 },
      { data_date: "2026-11-24", kind: "report", channel: "mail", state: "sent", deliveries: 1 },
    ]);
  });
});
