import {
  grantReader,
  grantScript,
  isPostgresUrl,
  type Ledger,
  type ReaderGrant,
  type ReaderKind,
} from "@nightledger/store";
import { UsageError } from "../../errors.ts";
import { EXIT, type ExitStatus } from "../../exit-status.ts";
import { openExistingLedger } from "../../open-existing-ledger.ts";
import { type Options, type Terminal, text, type Verb } from "../../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "../../verbs/options.ts";
import { rolePasswordOf } from "./role-password.ts";

const ROLE = /^[a-z_][a-z0-9_]{0,62}$/;

/** @throws UsageError */
function roleOf(options: Options): string {
  const role = text(options, "role");
  if (role === undefined) {
    throw new UsageError("--role is missing: the name of the login, such as nightledger_analysts.");
  }
  if (ROLE.test(role) && !role.startsWith("pg_")) return role;
  throw new UsageError(
    `--role takes small letters, digits and _, a letter first, 63 at most, and not pg_…; not "${role}".`,
  );
}

const script = (statements: readonly string[], role: string): string =>
  [...statements.map((statement) => `${statement};`), `\\password ${role}`, ""].join("\n");

async function print(terminal: Terminal, ledger: Ledger, grant: ReaderGrant): Promise<void> {
  terminal.out(
    `-- Run it with psql as somebody who may make roles; \\password asks for the password.\n${script(await grantScript(ledger.db, grant), grant.role)}`,
  );
}

/** What to write into the configuration. */
function setting(kind: ReaderKind, database: string, role: string): string {
  const url = new URL(database);
  url.username = role;
  url.password = "";
  return kind === "analysts"
    ? `analysts:\n  url: ${url.href}\n`
    : `analysts:\n  url: …\n  audiences:\n    url: ${url.href}\n`;
}

async function runGrant(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const role = roleOf(options);
  const kind = options.audiences === true ? "audiences" : "analysts";
  const { database } = configOf(terminal, options);
  if (!isPostgresUrl(database)) {
    throw new UsageError(
      "grant is for a ledger in PostgreSQL. Of a SQLite ledger analysts open the copy that each good run writes.",
    );
  }
  const ledger = await openExistingLedger(database);
  try {
    if (options.print === true) {
      await print(terminal, ledger, { role, kind, password: null });
      return EXIT.complete;
    }
    const password = await rolePasswordOf(terminal, options, role);
    const { created, leftToDo } = await grantReader(ledger.db, { role, kind, password });
    if (leftToDo.length > 0) {
      terminal.out(script(leftToDo, role));
      terminal.err(
        `nightledger: The ledger's own user may not make roles (it has no CREATEROLE), so the role ${role} is not there yet. Have the SQL above run by somebody who may, then run this again.\n`,
      );
      return EXIT.partial;
    }
    if (options.json === true) terminal.out(`${JSON.stringify({ role, kind, created })}\n`);
    else {
      const done = created ? "is made" : "was there";
      const secret =
        password === null ? ` It has no password from here: psql's \\password ${role} sets one.` : "";
      terminal.out(
        `The role ${role} ${done}, and may read the views for ${kind}, and nothing else.${secret}\nIn the configuration:\n${setting(kind, database, role)}"nightledger doctor" checks it.\n`,
      );
    }
    return EXIT.complete;
  } finally {
    await ledger.close();
  }
}

/** `nightledger grant` */
export const grantVerb: Verb = {
  name: "grant",
  summary: "Make a PostgreSQL login that may read the views and nothing else, or print its SQL.",
  options: {
    config: CONFIG,
    role: { type: "string", value: "NAME", help: "The login's name, such as nightledger_analysts." },
    audiences: {
      type: "boolean",
      help: "The login for reports of audiences, which sees the targets of one audience at a time; else analysts'.",
    },
    password: {
      type: "string",
      value: "REF",
      help: "Where its password is: env:NAME or file:PATH; else it is asked for, or left as it is.",
    },
    print: { type: "boolean", help: "Print the SQL, for somebody else to run, and change nothing." },
    json: JSON_OUTPUT,
  },
  run: runGrant,
};
