import { BlockedUpgradeError, checkMigration, migrateLedger, shownPlace } from "@nightledger/store";
import { EXIT, type ExitStatus } from "../../exit-status.ts";
import type { Options, Terminal, Verb } from "../../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "../../verbs/options.ts";
import { schemaText, upgradeText } from "./upgrade-text.ts";

async function check(terminal: Terminal, database: string, json: boolean): Promise<ExitStatus> {
  const state = await checkMigration(database);
  const { applied, known, upgrade, refusal } = state;
  const status = refusal === null ? EXIT.complete : EXIT.usage;
  if (json) {
    const inTheWay = refusal instanceof BlockedUpgradeError ? refusal.blockers : [];
    const document = { applied, known, goesThrough: refusal === null, upgrade, inTheWay };
    terminal.out(`${JSON.stringify({ ...document, problem: refusal?.message ?? null })}\n`);
    return status;
  }
  if (refusal !== null) {
    terminal.out(`${schemaText(state)} The upgrade would not go through.\n`);
    throw refusal;
  }
  const verdict =
    upgrade === null ? "It is up to date." : "The upgrade was tried, and taken back: it goes through.";
  terminal.out(`${schemaText(state)} ${verdict}\n${upgrade === null ? "" : upgradeText(upgrade)}`);
  return status;
}

async function runMigrate(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const { database } = configOf(terminal, options);
  const json = options.json === true;
  if (options.check === true) return await check(terminal, database, json);
  const upgrade = await migrateLedger(database);
  if (json) terminal.out(`${JSON.stringify({ upgrade })}\n`);
  else if (upgrade === null) terminal.out(`${shownPlace(database)} is up to date.\n`);
  else terminal.out(`${shownPlace(database)} is up to date now.\n${upgradeText(upgrade)}`);
  return EXIT.complete;
}

/** `nightledger migrate` */
export const migrateVerb: Verb = {
  name: "migrate",
  summary: "Bring the ledger's schema up to date, all or nothing.",
  options: {
    config: CONFIG,
    check: {
      type: "boolean",
      help: "Change nothing: print what would be done, whether it goes through, and what is in the way.",
    },
    json: JSON_OUTPUT,
  },
  run: runMigrate,
};
