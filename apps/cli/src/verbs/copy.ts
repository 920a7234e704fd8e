import { copyLedger, isPostgresUrl, shownPlace } from "@nightledger/store";
import { connectable, postgresUrlProblem } from "@nightledger/store/postgres-url";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { requireUncontradicted } from "../ledger/open-ledger-for.ts";
import { Progress } from "../progress.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

async function runCopy(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const given = text(options, "to");
  if (given === undefined || !isPostgresUrl(given)) {
    throw new UsageError(
      "Say where to: --to postgres://user@host/database. The password goes into PGPASSWORD.",
    );
  }
  const problem = postgresUrlProblem(given);
  if (problem !== null) throw new UsageError(`The URL of --to ${problem}.`);
  const config = configOf(terminal, options);
  const { database, postgresTrust } = config;
  const to = connectable(given, postgresTrust);
  if (isPostgresUrl(database)) {
    throw new UsageError("The ledger is in PostgreSQL already. PostgreSQL's own tools copy it from there.");
  }
  await requireUncontradicted(config, terminal.now());
  const progress = new Progress(terminal, options.json === true);
  const tables = await copyLedger(database, to, {
    signal: terminal.signal,
    onProgress: ({ step, done, total }) =>
      progress.show(step === "copy" ? "Copying tables" : "Verifying tables", done + 1, total),
  });
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ to: shownPlace(to), tables })}\n`);
    return EXIT.complete;
  }
  const rows = tables.map(({ table, rows, written, hash }) => [table, rows, written, hash.slice(0, 16)]);
  terminal.out(formatTable(["table", "rows", "written", "sha256"], rows));
  terminal.out(
    `\nThe ledger is in ${shownPlace(to)}, every table the same. Name it as "database" from now on.\n`,
  );
  return EXIT.complete;
}

/** `nightledger copy` */
export const copyVerb: Verb = {
  name: "copy",
  summary: "Copy a SQLite ledger into PostgreSQL; goes on where it was, and verifies all of it.",
  options: {
    config: CONFIG,
    to: { type: "string", value: "URL", help: "The PostgreSQL database, postgres://user@host/database." },
    json: JSON_OUTPUT,
  },
  run: runCopy,
};
