import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  type FaultProfile,
  type Limit,
  parseFaultProfile,
  parseLimit,
  startSimulator,
} from "@nightledger/simulator";
import { type MailServer, startMailServer } from "@nightledger/simulator/mail";
import { parse } from "yaml";
import { parseDate } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

function limitOf(options: Options): Limit | null {
  try {
    return parseLimit(text(options, "limit") ?? "5/60s");
  } catch (error) {
    throw new UsageError(`--limit: ${(error as Error).message}.`);
  }
}

function faultsOf(terminal: Terminal, options: Options): { faults?: FaultProfile } {
  const file = text(options, "faults");
  if (file === undefined) return {};
  try {
    return { faults: parseFaultProfile(parse(readFileSync(resolve(terminal.cwd, file), "utf8"))) };
  } catch (error) {
    const said = (error as Error).message.split("\n", 1)[0];
    throw new UsageError(`--faults ${file} cannot be used: ${said}. docs/simulator.md tells how it looks.`);
  }
}

/** A mail server beside the cloud, if its mails are wanted. */
async function mailServerOf(terminal: Terminal, options: Options): Promise<MailServer | null> {
  const mails = text(options, "mails");
  if (mails === undefined) return null;
  const port = wholeNumber(options, "smtp-port", 0, [0, 65_535]);
  return await startMailServer({ port, folder: resolve(terminal.cwd, mails) });
}

async function runSimulator(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const date = text(options, "date");
  const simulator = await startSimulator({
    port: wholeNumber(options, "port", 0, [0, 65_535]),
    seed: wholeNumber(options, "seed", 1, [0, 4_294_967_295]),
    accounts: wholeNumber(options, "accounts", 1, [1, 1000]),
    projects: wholeNumber(options, "projects", 3, [1, 100_000]),
    limit: limitOf(options),
    ...faultsOf(terminal, options),
    ...(date !== undefined && { date: parseDate(date) }),
  });
  const mail = await mailServerOf(terminal, options);
  try {
    const config = text(options, "write-config");
    if (config !== undefined)
      writeSimulatorConfig(simulator, resolve(terminal.cwd, config), mail ?? undefined);
    terminal.out(`${JSON.stringify({ url: simulator.url, ...(mail !== null && { smtp: mail.port }) })}\n`);
    if (!terminal.signal.aborted) {
      await new Promise((stop) => terminal.signal.addEventListener("abort", stop, { once: true }));
    }
  } finally {
    await Promise.all([simulator.close(), mail?.close()]);
  }
  return EXIT.complete;
}

/** `nightledger simulator` */
export const simulatorVerb: Verb = {
  name: "simulator",
  summary: "Imitate IAM, EPS and HSS on a local port, until Ctrl-C.",
  options: {
    port: { type: "string", value: "N", help: "The port; 0 takes a free one.", default: "0" },
    seed: { type: "string", value: "N", help: "Another seed is another world.", default: "1" },
    accounts: { type: "string", value: "N", help: "Accounts of the world.", default: "1" },
    projects: { type: "string", value: "N", help: "Projects of the world, over all accounts.", default: "3" },
    date: { type: "string", value: "YYYY-MM-DD", help: "The day it is there.", default: "2026-11-24" },
    limit: {
      type: "string",
      value: "N/Ts",
      help: "HSS calls in a window, per user and per source address; off.",
      default: "5/60s",
    },
    faults: { type: "string", value: "FILE", help: "Faults to strike calls with; see docs/simulator.md." },
    mails: {
      type: "string",
      value: "DIR",
      help: "Run a mail server, too, and put every mail that it gets here.",
    },
    "smtp-port": {
      type: "string",
      value: "N",
      help: "The mail server's port; 0 takes a free one.",
      default: "0",
    },
    "write-config": { type: "string", value: "FILE", help: "Write a configuration that uses it." },
  },
  run: runSimulator,
};
