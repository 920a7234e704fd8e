import { ledgerIsThere, openReader, type Reader } from "@nightledger/store";
import type { Metric, Sample } from "./metrics-text.ts";

/** What the ledger says of a night, as its views have it. */
async function figuresOf({ db }: Reader, dataDate: string) {
  const coverage = await db
    .selectFrom("coverage_daily")
    .select(["expected", "fresh", "carried", "missing"])
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  const missing = await db
    .selectFrom("coverage_failure_daily")
    .select(["failure_kind", "targets"])
    .where("data_date", "=", dataDate)
    .orderBy("failure_kind")
    .execute();
  const portfolio = await db
    .selectFrom("portfolio_daily")
    .select(["score", "total_risk_num"])
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  const deliveries = await db
    .selectFrom("delivery_daily")
    .select(["kind", "channel", "state", "deliveries"])
    .where("data_date", "=", dataDate)
    .orderBy("kind")
    .orderBy("channel")
    .orderBy("state")
    .execute();
  const run = await db
    .selectFrom("run_history")
    .innerJoin("run_statistics", "run_statistics.run_id", "run_history.run_id")
    .select(["calls", "received_bytes", "throttled_seconds"])
    .where("data_date", "=", dataDate)
    .orderBy("run_history.run_id", "desc")
    .limit(1)
    .executeTakeFirst();
  return { coverage, missing, portfolio, deliveries, run };
}

const one = (value: number | null | undefined): Sample[] => [{ value: value ?? null }];

/** The figures of a night; none where there is no ledger. */
export async function nightMetrics(database: string, dataDate: string): Promise<Metric[]> {
  if (!(await ledgerIsThere(database))) return [];
  const reader = await openReader(database);
  try {
    const { coverage, missing, portfolio, deliveries, run } = await figuresOf(reader, dataDate);
    return [
      {
        name: "nightledger_targets",
        help: "Targets of the last night by state; carried ones are among the missing.",
        samples: Object.entries(coverage ?? {}).map(([state, value]) => ({ labels: { state }, value })),
      },
      {
        name: "nightledger_missing_targets",
        help: "Targets missing on the last night, by kind of failure.",
        samples: missing.map(({ failure_kind, targets }) => ({ labels: { failure_kind }, value: targets })),
      },
      {
        name: "nightledger_score",
        help: "Mean score of the targets of the last night, 0 to 100.",
        samples: one(portfolio?.score),
      },
      {
        name: "nightledger_risks",
        help: "Risks over all targets of the last night; absent where one of them is not known.",
        samples: one(portfolio?.total_risk_num),
      },
      {
        name: "nightledger_deliveries",
        help: "Deliveries of the last night by kind, channel and state.",
        samples: deliveries.map(({ deliveries: value, ...labels }) => ({ labels, value })),
      },
      {
        name: "nightledger_calls",
        help: "Calls of the last run of the last night.",
        samples: one(run?.calls),
      },
      {
        name: "nightledger_received_bytes",
        help: "Bytes of answers of the last run of the last night.",
        samples: one(run?.received_bytes),
      },
      {
        name: "nightledger_throttled_seconds",
        help: "Seconds that the quota alone held the last run of the last night up.",
        samples: one(run?.throttled_seconds),
      },
    ];
  } finally {
    await reader.close();
  }
}
