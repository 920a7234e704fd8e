import { maskLine } from "@nightledger/core/mask-text";
import { openAccounts } from "../accounts.ts";
import { accessFindings } from "../checks/access.ts";
import { analystsFindings } from "../checks/analysts.ts";
import { cloudFindings } from "../checks/cloud.ts";
import { databaseFinding } from "../checks/database.ts";
import { deliveryFindings } from "../checks/deliveries.ts";
import { diskFindings } from "../checks/disk.ts";
import { encryptionFinding } from "../checks/encryption.ts";
import { exceptionsFinding } from "../checks/exceptions.ts";
import { folderFindings, secretFindings } from "../checks/files.ts";
import type { Finding } from "../checks/finding.ts";
import { heldSeal } from "../checks/held-seal.ts";
import { leaseFinding } from "../checks/lease.ts";
import { chainHead, type LedgerCheck, ledgerFindings, unheldFinding } from "../checks/ledger.ts";
import { mailFinding } from "../checks/mail.ts";
import { nightFindings } from "../checks/nights.ts";
import { operatorsFinding } from "../checks/operators.ts";
import { printFindings } from "../checks/print.ts";
import { projectsFinding } from "../checks/projects.ts";
import { proxyFindings } from "../checks/proxy.ts";
import { isCurrent, schemaFinding } from "../checks/schema.ts";
import { snapshotFinding } from "../checks/snapshot.ts";
import { surroundingsFindings } from "../checks/surroundings.ts";
import { watcherFindings } from "../checks/watchers.ts";
import { workersFinding } from "../checks/workers.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { CONFIG, configFile, configOf, JSON_OUTPUT } from "./options.ts";

const MARK = { ok: "✓", warning: "!", failed: "✗" } as const;

const line = ({ check, subject, status, detail }: Finding): string =>
  `${MARK[status]} ${check.padEnd(10)} ${maskLine(subject)}\n  ${maskLine(detail)}\n`;

type Wanted = Pick<LedgerCheck, "quick" | "seal">;

async function* examine(
  config: Config,
  file: string,
  { signal, now }: Terminal,
  wanted: Wanted,
): AsyncGenerator<Finding> {
  const isThere = yield* surroundingsFindings(config, now());
  const database = isThere ? await databaseFinding(config.database) : null;
  if (database !== null) yield database;
  const isOpen = database !== null && database.status !== "failed";
  const schema = isOpen ? await schemaFinding(config.database) : null;
  if (schema !== null) yield schema;
  yield* encryptionFinding(config.database);
  // the views of an earlier schema lack what the others ask of them
  if (isOpen && isCurrent(schema)) {
    yield* ledgerFindings(config.database, { ...wanted, signal });
    yield* nightFindings(config, now());
    yield* analystsFindings(config);
    yield* leaseFinding(config.database);
    yield* workersFinding(config);
    yield* deliveryFindings(config.database);
    yield* snapshotFinding(config, now());
    yield* exceptionsFinding(config, now());
    yield* projectsFinding(config);
  } else if (wanted.seal !== null) {
    yield unheldFinding(config.database);
  }
  yield* diskFindings(config);
  yield* folderFindings(config);
  yield* accessFindings(config);
  yield* secretFindings(file);
  yield* printFindings(signal);
  yield* mailFinding(config);
  yield* operatorsFinding(config);
  yield* watcherFindings(config);
  yield* proxyFindings(config);
  const { accounts, network, close } = openAccounts(config);
  try {
    yield* cloudFindings({ accounts, network, routes: config.network, projects: config.projects, signal });
  } finally {
    await close();
  }
}

async function runDoctor(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const file = configFile(terminal, options);
  const seal = text(options, "seal");
  const wanted = {
    quick: options.quick === true,
    seal: seal === undefined ? null : heldSeal(seal, terminal.cwd),
  };
  const findings: Finding[] = [];
  for await (const finding of examine(config, file, terminal, wanted)) {
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
    "Check what a night needs: ledger, lease, deliveries, disk, files, printing, mail, watchers, proxy, cloud. Each finding has its cure.",
  options: {
    config: CONFIG,
    seal: {
      type: "string",
      value: "HASH|FILE",
      help: "A seal that a report or a mail printed (12 characters or more of it), or the manifest that has it: does this ledger still hold that history?",
    },
    quick: { type: "boolean", help: "Add up a sample of the kept sums anew, not those of every night." },
    json: JSON_OUTPUT,
  },
  run: runDoctor,
};
