import { openReader, type Reader, requireCurrentSchema } from "@nightledger/store";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { runDetails } from "../runs/run-details.ts";
import { runText } from "../runs/run-text.ts";
import { watchRuns } from "../runs/watch-runs.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

function runsText(runs: readonly object[]): string {
  const [first] = runs;
  return first === undefined ? "No run yet.\n" : formatTable(Object.keys(first), runs.map(Object.values));
}

async function showAll(terminal: Terminal, db: Reader["db"], json: boolean): Promise<void> {
  const runs = await db.selectFrom("run_history").selectAll().orderBy("run_id", "desc").limit(50).execute();
  if (json) terminal.out(`${JSON.stringify(runs)}\n`);
  // a problem is a sentence, too wide for a list: "runs show" has it
  else terminal.out(runsText(runs.map(({ problem, ...run }) => run)));
}

async function showOne(terminal: Terminal, reader: Reader, id: string, json: boolean): Promise<void> {
  const details = /^\d+$/.test(id) ? await runDetails(reader, Number(id)) : null;
  if (details === null) throw new UsageError(`There is no run ${id}. "nightledger runs" lists them.`);
  terminal.out(json ? `${JSON.stringify(details)}\n` : runText(details));
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
  if (options.watch === true && word !== undefined)
    throw new UsageError("--watch watches what goes on, not one run.");
  const { database } = configOf(terminal, options);
  await requireCurrentSchema(database);
  const reader = await openReader(database);
  try {
    const json = options.json === true;
    if (options.watch === true) await watchRuns(terminal, reader, { database, json });
    else await (id === undefined ? showAll(terminal, reader.db, json) : showOne(terminal, reader, id, json));
  } finally {
    await reader.close();
  }
  return EXIT.complete;
}

/** `nightledger runs` */
export const runsVerb: Verb = {
  name: "runs",
  summary:
    "Show the run history, or one run: its seal, cost, timeline, slowest targets, and what it missed and why.",
  operands: "[show ID]",
  options: {
    config: CONFIG,
    watch: {
      type: "boolean",
      help: "Show what goes on until stopped: the run, the queue, workers and quotas. With --json a document a line.",
    },
    json: JSON_OUTPUT,
  },
  run: runRuns,
};
