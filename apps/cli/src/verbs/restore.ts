import { existsSync, linkSync } from "node:fs";
import { type Contradiction, openLedger, restoreLedger, writeAnalystSnapshot } from "@nightledger/store";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { holdAgainstSurroundings } from "../ledger/contradiction-of.ts";
import { contradictionText } from "../ledger/contradiction-text.ts";
import { putOnRecord } from "../ledger/open-ledger-for.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { backupFileOf } from "./backup-file.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** What a backup lacks of what was made from the ledger; null is nothing. A damaged one is told of when it is restored. */
async function lackOf(backup: string, config: Config, now: Date): Promise<Contradiction | null> {
  try {
    return (await holdAgainstSurroundings({ ...config, database: backup }, now)).contradiction;
  } catch {
    return null;
  }
}

/** The next run goes on with the restored ledger, since somebody chose it. */
async function acceptRestored(
  config: Config,
  terminal: Terminal,
  how: { reason: string; contradiction: Contradiction },
): Promise<void> {
  const ledger = await openLedger(config.database);
  try {
    await putOnRecord(ledger, { config, terminal }, how);
  } finally {
    await ledger.close();
  }
}

/** What became of the analysts' copy. */
interface Copy {
  /** Null where the configuration has none. */
  file: string | null;
  /** Where the one before lies, if it had something that the backup has not; null is not needed. */
  kept: string | null;
  /** Why it was not written; null where it was. */
  problem: string | null;
}

/** A copy that may have nights which the ledger has not any more stays beside. */
function keepCopy(file: string, now: Date): string {
  const kept = `${file}.replaced-${now.toISOString().replaceAll(/[:.]/g, "-")}`;
  linkSync(file, kept);
  return kept;
}

/** Analysts see the restored ledger from now on, not only after the next night. */
async function copyAgain(
  { database, snapshot, permissions }: Config,
  keep: boolean,
  now: Date,
): Promise<Copy> {
  if (snapshot === null) return { file: null, kept: null, problem: null };
  try {
    const kept = keep && existsSync(snapshot) ? keepCopy(snapshot, now) : null;
    await writeAnalystSnapshot(database, snapshot, permissions.snapshot);
    return { file: snapshot, kept, problem: null };
  } catch (error) {
    const problem = `${(error as Error).message} The ledger is restored; "nightledger backup --snapshot" writes the copy again.`;
    return { file: snapshot, kept: null, problem };
  }
}

async function runRestore(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const file = backupFileOf("restore", terminal, config, operands);
  const force = options.force === true;
  const contradiction = existsSync(file) ? await lackOf(file, config, terminal.now()) : null;
  const lacks = contradiction === null ? null : contradictionText(file, contradiction).replace(/\.$/, "");
  const restored = await restoreLedger(file, config.database, { force, lacks });
  if (contradiction !== null)
    await acceptRestored(config, terminal, { reason: `restored from ${file}`, contradiction });
  const copy = await copyAgain(config, contradiction !== null, terminal.now());
  const { nights, kept } = restored;
  const beside = [
    ...(kept === null ? [] : [`The ledger that was there is kept as ${kept}.\n`]),
    ...(copy.kept === null ? [] : [`The analysts' copy that was there is kept as ${copy.kept}.\n`]),
    ...(copy.file === null || copy.problem !== null ? [] : [`Analysts see it, too: ${copy.file}.\n`]),
  ].join("");
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ database: config.database, ...restored, snapshot: copy })}\n`
      : `${config.database} is ${file} again: ${nights} nights.\n${beside}`,
  );
  if (copy.problem === null) return EXIT.complete;
  terminal.err(`nightledger: ${copy.problem}\n`);
  return EXIT.partial;
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
      help: "Also if the ledger, its copy or its reports have nights that the backup has not; the ledger is then kept beside, and the restore is put on record.",
    },
    json: JSON_OUTPUT,
  },
  run: runRestore,
};
