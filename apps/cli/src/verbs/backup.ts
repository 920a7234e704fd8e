import { existsSync, statSync } from "node:fs";
import {
  backupLedger,
  isPostgresUrl,
  NoLedgerError,
  requireCurrentSchema,
  writeAnalystSnapshot,
} from "@nightledger/store";
import type { Config } from "../config.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { requireUncontradicted } from "../ledger/open-ledger-for.ts";
import { Progress } from "../progress.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { backupFileOf } from "./backup-file.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** Where the analysts' copy belongs. @throws UsageError where there is none */
function copyOf({ database, snapshot }: Config): string {
  if (isPostgresUrl(database)) {
    throw new UsageError(
      "The ledger is a PostgreSQL database: analysts read it itself, as a login that only reads (nightledger grant).",
    );
  }
  if (snapshot !== null) return snapshot;
  throw new UsageError(
    'The configuration says "snapshot: off", so there is no copy for analysts. Name a file there first.',
  );
}

/** Writes the analysts' copy as each good run does. A ledger that lost nights must not replace a copy that has them. */
async function writeCopy(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  if (operands.length > 0) {
    throw new UsageError("--snapshot takes no file: the copy lies where the configuration's snapshot says.");
  }
  const file = copyOf(config);
  await requireUncontradicted(config, terminal.now());
  if (!existsSync(config.database)) throw new NoLedgerError(config.database);
  await requireCurrentSchema(config.database);
  await writeAnalystSnapshot(config.database, file, config.permissions.snapshot);
  const bytes = statSync(file).size;
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ file, bytes })}\n`
      : `${file}: ${bytes} bytes. Analysts see the ledger as it is now.\n`,
  );
  return EXIT.complete;
}

async function runBackup(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  if (options.snapshot === true) return await writeCopy(terminal, options, operands);
  const config = configOf(terminal, options);
  const file = backupFileOf("backup", terminal, config, operands);
  // a ledger that lost its nights must not take the place of a backup that has them
  if (existsSync(file) && options.force === true) await requireUncontradicted(config, terminal.now());
  const progress = new Progress(terminal, options.json === true);
  await backupLedger(config.database, file, {
    force: options.force === true,
    signal: terminal.signal,
    onProgress: (done, total) => progress.show("Copying pages", done, total),
  });
  const bytes = statSync(file).size;
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ file, bytes })}\n`
      : `${file}: ${bytes} bytes, checked. "nightledger restore" brings it back.\n`,
  );
  return EXIT.complete;
}

/** `nightledger backup` */
export const backupVerb: Verb = {
  name: "backup",
  summary: "Copy the ledger into a file, also while a night is written, and check the copy.",
  operands: "FILE",
  options: {
    config: CONFIG,
    snapshot: {
      type: "boolean",
      help: "Write the analysts' copy again instead, where the configuration has it; every good run does it, too.",
    },
    force: { type: "boolean", help: "Overwrite the file if it is there." },
    json: JSON_OUTPUT,
  },
  run: runBackup,
};
