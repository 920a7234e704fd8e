import { existsSync, statSync } from "node:fs";
import { backupLedger } from "@nightledger/store";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { requireUncontradicted } from "../ledger/open-ledger-for.ts";
import { Progress } from "../progress.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { backupFileOf } from "./backup-file.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

async function runBackup(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
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
    force: { type: "boolean", help: "Overwrite the file if it is there." },
    json: JSON_OUTPUT,
  },
  run: runBackup,
};
