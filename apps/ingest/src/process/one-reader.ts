import { openReader } from "@nightledger/store";

/** Reads a night over and over until it is told to stop, and tells every sight of it. `node one-reader.ts PATH DATE`. */
const [path = "", dataDate = ""] = process.argv.slice(2);
const reader = await openReader(path);
let stopped = false;
process.once("message", () => {
  stopped = true;
});

/** Of one statement each: targets on record, and how many of them have all six categories. */
const sights = new Set<string>();
let reads = 0;
while (!stopped) {
  const torn = await reader.db
    .selectFrom("risk_daily as r")
    .leftJoin("category_daily as c", (join) =>
      join.onRef("c.target_id", "=", "r.target_id").onRef("c.data_date", "=", "r.data_date"),
    )
    .select((eb) => ["r.project_id", eb.fn.count<number>("c.category").as("categories")])
    .where("r.data_date", "=", dataDate)
    .groupBy("r.project_id")
    .execute();
  const coverage = await reader.db
    .selectFrom("coverage_target_daily")
    .select((eb) => ["project_id", eb.fn.countAll<number>().as("outcomes")])
    .where("data_date", "=", dataDate)
    .groupBy("project_id")
    .execute();
  for (const { categories } of torn) sights.add(`${categories} categories`);
  for (const { outcomes } of coverage) sights.add(`${outcomes} outcomes`);
  sights.add(`${coverage.length} targets`);
  reads += 1;
  if (reads === 1) process.send?.("reading");
  await new Promise((resolve) => setImmediate(resolve));
}
await reader.close();
process.send?.({ sights: [...sights].sort(), reads });
process.disconnect();
