import { openReader, type Reader, sealOf } from "@nightledger/store";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

function write(terminal: Terminal, rows: readonly object[], none: string): void {
  const [first] = rows;
  terminal.out(first === undefined ? `${none}\n` : formatTable(Object.keys(first), rows.map(Object.values)));
}

async function showAll(terminal: Terminal, db: Reader["db"], json: boolean): Promise<void> {
  const runs = await db.selectFrom("run_history").selectAll().orderBy("run_id", "desc").limit(50).execute();
  if (json) terminal.out(`${JSON.stringify(runs)}\n`);
  // a problem is a sentence, too wide for a list: "runs show" has it
  else
    write(
      terminal,
      runs.map(({ problem, ...run }) => run),
      "No run yet.",
    );
}

async function showOne(terminal: Terminal, reader: Reader, id: string, json: boolean): Promise<void> {
  const { db } = reader;
  const found = await db
    .selectFrom("run_history")
    .selectAll()
    .where("run_id", "=", Number(id))
    .executeTakeFirst();
  if (found === undefined) throw new UsageError(`There is no run ${id}. "nightledger runs" lists them.`);
  const run = { ...found, seal: (await sealOf(reader, found.run_id))?.hash ?? null };
  const missing = await db
    .selectFrom("coverage_target_daily")
    .select(["account", "region", "project_name", "failure_kind", "attempts", "carried_from", "detail"])
    .where("run_id", "=", run.run_id)
    .where("data_date", "=", run.data_date)
    .where("outcome", "=", "missing")
    .orderBy("account")
    .orderBy("project_name")
    .execute();
  if (json) {
    terminal.out(`${JSON.stringify({ ...run, missing_targets: missing })}\n`);
    return;
  }
  terminal.out(formatTable(["run", String(run.run_id)], Object.entries(run).slice(1)));
  terminal.out("\n");
  write(terminal, missing, "No target is missing because of this run.");
}

async function runRuns(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const [word, id, ...rest] = operands;
  if ((word !== undefined && (word !== "show" || id === undefined)) || rest.length > 0) {
    throw new UsageError('It is "nightledger runs" or "nightledger runs show ID".');
  }
  const reader = await openReader(configOf(terminal, options).database);
  try {
    const json = options.json === true;
    await (id === undefined ? showAll(terminal, reader.db, json) : showOne(terminal, reader, id, json));
  } finally {
    await reader.close();
  }
  return EXIT.complete;
}

/** `nightledger runs` */
export const runsVerb: Verb = {
  name: "runs",
  summary: "Show the run history, or one run with its seal and what it missed.",
  operands: "[show ID]",
  options: { config: CONFIG, json: JSON_OUTPUT },
  run: runRuns,
};
