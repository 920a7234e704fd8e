import { restoreLedger } from "@nightledger/store";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { backupFileOf } from "./backup-file.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

async function runRestore(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const file = backupFileOf("restore", terminal, config, operands);
  const restored = await restoreLedger(file, config.database, { force: options.force === true });
  const { nights, kept } = restored;
  const beside = kept === null ? "" : `The ledger that was there is kept as ${kept}.\n`;
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ database: config.database, ...restored })}\n`
      : `${config.database} is ${file} again: ${nights} nights.\n${beside}`,
  );
  return EXIT.complete;
}

/** `nightledger restore` */
export const restoreVerb: Verb = {
  name: "restore",
  summary: "Put a backup in the ledger's place, unless that would lose a night.",
  operands: "FILE",
  options: {
    config: CONFIG,
    force: {
      type: "boolean",
      help: "Also if the ledger has nights that the backup has not; it is then kept beside.",
    },
    json: JSON_OUTPUT,
  },
  run: runRestore,
};
