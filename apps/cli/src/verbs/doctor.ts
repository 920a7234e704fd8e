import { maskLine } from "@nightledger/core/mask-text";
import { openAccounts } from "../accounts.ts";
import { accessFindings } from "../checks/access.ts";
import { cloudFindings } from "../checks/cloud.ts";
import { databaseFinding } from "../checks/database.ts";
import { deliveryFindings } from "../checks/deliveries.ts";
import { diskFindings } from "../checks/disk.ts";
import { encryptionFinding } from "../checks/encryption.ts";
import { exceptionsFinding } from "../checks/exceptions.ts";
import { folderFindings, secretFindings } from "../checks/files.ts";
import type { Finding } from "../checks/finding.ts";
import { leaseFinding } from "../checks/lease.ts";
import { chainHead, ledgerFindings } from "../checks/ledger.ts";
import { mailFinding } from "../checks/mail.ts";
import { operatorsFinding } from "../checks/operators.ts";
import { printFindings } from "../checks/print.ts";
import { snapshotFinding } from "../checks/snapshot.ts";
import { watcherFindings } from "../checks/watchers.ts";
import { workersFinding } from "../checks/workers.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { CONFIG, configFile, configOf, JSON_OUTPUT } from "./options.ts";

const MARK = { ok: "✓", warning: "!", failed: "✗" } as const;

const line = ({ check, subject, status, detail }: Finding): string =>
  `${MARK[status]} ${check.padEnd(10)} ${maskLine(subject)}\n  ${maskLine(detail)}\n`;

async function* examine(config: Config, file: string, { signal, now }: Terminal): AsyncGenerator<Finding> {
  const database = await databaseFinding(config.database);
  yield database;
  yield* encryptionFinding(config.database);
  if (database.status !== "failed") {
    yield* ledgerFindings(config.database, signal);
    yield* leaseFinding(config.database);
    yield* workersFinding(config);
    yield* deliveryFindings(config.database);
    yield* snapshotFinding(config);
    yield* exceptionsFinding(config, now());
  }
  yield* diskFindings(config);
  yield* folderFindings(config);
  yield* accessFindings(config);
  yield* secretFindings(file);
  yield* printFindings(signal);
  yield* mailFinding(config);
  yield* operatorsFinding(config);
  yield* watcherFindings(config);
  const { accounts, network, close } = openAccounts(config);
  try {
    yield* cloudFindings({ accounts, network, signal });
  } finally {
    await close();
  }
}

async function runDoctor(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const file = configFile(terminal, options);
  const findings: Finding[] = [];
  for await (const finding of examine(config, file, terminal)) {
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
  summary:
    "Check what a night needs: ledger, lease, deliveries, disk, files, printing, mail, watchers, cloud. Each finding has its cure.",
  options: { config: CONFIG, json: JSON_OUTPUT },
  run: runDoctor,
};
