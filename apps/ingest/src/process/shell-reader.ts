import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What `one-reader.ts` does, by the stock sqlite3 shell: a shell for every look, as an analyst would. */
const [path = "", dataDate = ""] = process.argv.slice(2);
let stopped = false;
process.once("message", () => {
  stopped = true;
});

const SIGHTS = `
  SELECT DISTINCT COUNT(c.category) || ' categories' FROM risk_daily r
    LEFT JOIN category_daily c ON c.target_id = r.target_id AND c.data_date = r.data_date
    WHERE r.data_date = '${dataDate}' GROUP BY r.project_id;
  SELECT DISTINCT COUNT(*) || ' outcomes' FROM coverage_target_daily
    WHERE data_date = '${dataDate}' GROUP BY project_id;
  SELECT COUNT(DISTINCT project_id) || ' targets' FROM coverage_target_daily WHERE data_date = '${dataDate}';`;

const shell = promisify(execFile);
const sights = new Set<string>();
let reads = 0;
while (!stopped) {
  // a shell that fails ends this process; what it only complains of is a sight
  const { stdout, stderr } = await shell("sqlite3", ["-readonly", "-cmd", ".timeout 10000", path, SIGHTS]);
  for (const line of `${stdout}${stderr}`.split("\n")) if (line !== "") sights.add(line);
  reads += 1;
  if (reads === 1) process.send?.("reading");
}
process.send?.({ sights: [...sights].sort(), reads });
process.disconnect();
