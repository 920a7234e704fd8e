import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readConfig } from "../config.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { askAnswers } from "../init/ask-answers.ts";
import { configurationText } from "../init/configuration-text.ts";
import { placeConfiguration } from "../init/place-configuration.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { doctorVerb } from "./doctor.ts";
import { CONFIG } from "./options.ts";
import { planVerb } from "./plan.ts";

/** Looks the new configuration over, and shows what tonight would be. */
async function check(terminal: Terminal, config: string): Promise<ExitStatus> {
  terminal.out("\nLooking it over (nightledger doctor):\n\n");
  const examined = await doctorVerb.run(terminal, { config }, []);
  terminal.out("\nTonight (nightledger plan):\n\n");
  const planned = await planVerb.run(terminal, { config }, []);
  return examined === EXIT.complete ? planned : examined;
}

async function runInit(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const file = resolve(terminal.cwd, text(options, "config") ?? "nightledger.yaml");
  if (existsSync(file) && options.force !== true) {
    throw new UsageError(
      `There is a configuration at ${file} already. Name another with --config, or overwrite it with --force.`,
    );
  }
  const { answers, typed } = await askAnswers(terminal, options);
  terminal.signal.throwIfAborted();
  placeConfiguration(file, configurationText(answers), typed);
  terminal.out(
    `The configuration is ${file}. Only you can read it; its comments tell what can be changed.\n`,
  );
  if (options["no-check"] === true) return EXIT.complete;
  try {
    readConfig(file, terminal.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(
      `${error.message}\nIt is written; mend it, then: nightledger doctor --config ${file}`,
    );
  }
  const status = await check(terminal, file);
  terminal.out(`\nTo record a night, and send its report: nightledger nightly --config ${file}\n`);
  return status;
}

/** `nightledger init` */
export const initVerb: Verb = {
  name: "init",
  summary: "Write a first configuration, with a few questions or none, and look it over.",
  options: {
    config: CONFIG,
    account: { type: "string", value: "NAME", help: "What the account is called." },
    ak: { type: "string", value: "REF", help: "Where its access key id is: env:NAME or file:PATH." },
    sk: { type: "string", value: "REF", help: "Where its secret access key is: env:NAME or file:PATH." },
    "time-zone": {
      type: "string",
      value: "ZONE",
      help: "Whose calendar day a night counts for; the machine's.",
    },
    database: { type: "string", value: "PLACE", help: "The ledger.", default: "./nightledger.db" },
    reports: { type: "string", value: "DIR", help: "Where reports are made.", default: "./reports-out" },
    endpoint: {
      type: "string",
      value: "URL",
      help: "Where IAM, EPS and HSS answer: a proxy or a simulator.",
    },
    smtp: { type: "string", value: "HOST:PORT", help: "The mail server; none is no mail." },
    "smtp-tls": {
      type: "string",
      value: "T",
      help: "starttls, implicit or off; starttls, or implicit on port 465.",
    },
    "smtp-ca": {
      type: "string",
      value: "FILE",
      help: "The authority of the mail server's certificate, PEM.",
    },
    "smtp-user": { type: "string", value: "USER", help: "The user at the mail server." },
    "smtp-password": { type: "string", value: "REF", help: "Where its password is: env:NAME or file:PATH." },
    from: { type: "string", value: "ADDRESS", help: "Whom mails are from." },
    to: {
      type: "string",
      value: "ADDRESS",
      help: "Who gets the report; may be given more than once.",
      multiple: true,
    },
    operators: {
      type: "string",
      value: "ADDRESS",
      help: "Who is told of failures; more than once, too.",
      multiple: true,
    },
    locale: { type: "string", value: "L", help: "The report's language: en or zh-Hans.", default: "en" },
    deadline: { type: "string", value: "HH:MM", help: "When reports have to be out." },
    yes: { type: "boolean", help: "Ask nothing: what no flag says is as preset." },
    force: { type: "boolean", help: "Overwrite a configuration that is there." },
    "no-check": { type: "boolean", help: "Write it, and neither look it over nor show tonight." },
  },
  run: runInit,
};
