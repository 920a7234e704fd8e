import { sealRecords } from "../audit/seal-ledger.ts";
import { enqueueDeliveries, type NewDelivery } from "../deliveries/enqueue.ts";
import { settleDelivery } from "../deliveries/settle.ts";
import { keepExceptions } from "../exceptions/keep-exceptions.ts";
import type { RiskException } from "../exceptions/risk-exception.ts";
import { loadNights } from "../load-night.ts";
import type { Ledger } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { contentOf, targetOf } from "../test-ledger.ts";

export const now = new Date("2026-11-24T02:00:00Z");

export const exception = (id: string, more: Partial<RiskException> = {}): RiskException => ({
  id,
  what: { category: "alarm" },
  targets: { projects: ["p1"] },
  owner: "Li Na",
  reason: "A test host.",
  approvedBy: null,
  from: null,
  until: "2027-01-31",
  ...more,
});

const statistics = {
  calls: 3,
  quotaCalls: 2,
  receivedBytes: 900,
  seconds: 1.5,
  throttledSeconds: 0,
  minutes: [{ minute: 0, calls: 3, fresh: 2, missing: 0 }],
  slowest: [],
};

export interface Night {
  dataDate: string;
  unit: string;
  exceptions: RiskException[];
}

/** A run as ingest makes it, up to its end or short of it. */
export async function startNight(ledger: Ledger, { dataDate, unit, exceptions }: Night): Promise<number> {
  const runId = await startRun(ledger.db, dataDate, now);
  const targets = [targetOf("p1"), targetOf("p2")].map((target) => ({ ...target, unit }));
  const sightings = targets.map((target) => ({ ...target, state: "expected" as const }));
  await recordScope(ledger, { runId, dataDate, asked: ["acme"], configured: ["acme"], sightings });
  const planned = await planNight(ledger, runId, dataDate, targets);
  await keepExceptions(ledger, { runId, dataDate }, exceptions);
  await loadNights(
    ledger,
    planned.map(({ targetId }) => ({
      runId,
      targetId,
      dataDate,
      content: contentOf({ total: targetId }),
      payload: Buffer.from(`{"total": ${targetId}}`),
      fetchedAt: now,
      attempts: 1,
      unknownFields: ["$.trend"],
    })),
  );
  return runId;
}

export async function recordNight(ledger: Ledger, night: Night): Promise<void> {
  const runId = await startNight(ledger, night);
  const counts = { expected: 2, alreadyFresh: 0, fetched: 2, missing: 0 };
  await finishRun(ledger.db, runId, { now, status: "complete", problem: null, ...counts, statistics });
}

export const delivery = (recipient: string): NewDelivery => ({
  data_date: "2026-11-20",
  report: "executive-summary",
  audience: null,
  subject: "all",
  locale: "en",
  kind: "report",
  edition: 1,
  channel: "mail",
  recipient,
  content: `{"manifest":"report-of-${recipient}"}`,
  state: "pending",
  answer: null,
});

/** Sends to one recipient, as the mail channel does; another one waits. */
export async function deliver(ledger: Ledger, recipients: readonly string[], first: number): Promise<void> {
  await enqueueDeliveries(ledger, recipients.map(delivery), now);
  await settleDelivery(ledger, first, ["pending"], { state: "sending", answer: null }, now);
  const sent = { state: "sent", answer: "250 OK", messageId: "<1@example.com>", attempted: true } as const;
  await settleDelivery(ledger, first, ["sending"], sent, now);
}

export const NIGHTS: readonly Night[] = [
  { dataDate: "2026-11-20", unit: "Retail", exceptions: [exception("test-hosts"), exception("old-images")] },
  {
    dataDate: "2026-11-21",
    unit: "Retail",
    exceptions: [exception("test-hosts", { reason: "Until it moves." })],
  },
  {
    dataDate: "2026-11-22",
    unit: "Bank",
    exceptions: [exception("test-hosts", { reason: "Until it moves." })],
  },
];

/** Three nights with all that a ledger has on record; after the first, deliveries are sealed on their own. */
export async function recordThreeNights(ledger: Ledger): Promise<void> {
  const [first, ...others] = NIGHTS as [Night, ...Night[]];
  await recordNight(ledger, first);
  await deliver(ledger, ["a@example.com", "b@example.com"], 1);
  await sealRecords(ledger);
  for (const night of others) await recordNight(ledger, night);
}
