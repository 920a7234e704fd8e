import { browserVersion } from "@nightledger/report";
import { openAccounts } from "../accounts.ts";
import { cloudFindings } from "../checks/cloud.ts";
import { databaseFinding } from "../checks/database.ts";
import { exceptionsFinding } from "../checks/exceptions.ts";
import { type Finding, findingOf } from "../checks/finding.ts";
import { chainHead, ledgerFindings } from "../checks/ledger.ts";
import { snapshotFinding } from "../checks/snapshot.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

const MARK = { ok: "✓", warning: "!", failed: "✗" } as const;

const line = ({ check, subject, status, detail }: Finding): string =>
  `${MARK[status]} ${check.padEnd(10)} ${subject}\n  ${detail}\n`;

async function* examine(config: Config, { signal, now }: Terminal): AsyncGenerator<Finding> {
  const database = await databaseFinding(config.database);
  yield database;
  if (database.status !== "failed") {
    yield* ledgerFindings(config.database, signal);
    yield* snapshotFinding(config);
    yield* exceptionsFinding(config, now());
  }
  yield await findingOf(
    "browser",
    "Chromium",
    async () => `${await browserVersion(signal)} starts and can print.`,
  );
  const { accounts, network, close } = openAccounts(config);
  try {
    yield* cloudFindings({ accounts, network, signal });
  } finally {
    await close();
  }
}

async function runDoctor(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const findings: Finding[] = [];
  for await (const finding of examine(config, terminal)) {
    terminal.signal.throwIfAborted();
    findings.push(finding);
    if (options.json !== true) terminal.out(line(finding));
  }
  const count = (status: Finding["status"]) => findings.filter((finding) => finding.status === status).length;
  const [failed, warnings] = [count("failed"), count("warning")];
  if (options.json === true) {
    const head = await chainHead(config.database).catch(() => null);
    terminal.out(`${JSON.stringify({ failed, warnings, chainHead: head, findings })}\n`);
  } else terminal.out(`\n${findings.length} checks: ${failed} failed, ${warnings} warnings.\n`);
  return failed === 0 ? EXIT.complete : EXIT.partial;
}

/** `nightledger doctor` */
export const doctorVerb: Verb = {
  name: "doctor",
  summary: "Check the ledger and its history, browser, endpoints, clocks, credentials and permissions.",
  options: { config: CONFIG, json: JSON_OUTPUT },
  run: runDoctor,
};
