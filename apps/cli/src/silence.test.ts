import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openLedger } from "@nightledger/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift, QUICK } from "./test-night-shift.ts";
import { IS_FILE } from "./test-staff.ts";

let shift: NightShift;
let web: Server | null = null;

beforeEach(async () => {
  shift = await openNightShift({ projects: 4 });
});
afterEach(async () => {
  web?.closeAllConnections();
  web?.close();
  web = null;
  await shift.close();
});

const here = (...args: string[]) => shift.at(() => new Date(), ...args);
const nightly = () => here("nightly", "--date", NIGHT);
const inFolder = (name: string) => join(shift.folder, name);
const OPERATORS = { to: ["operators@example.com"], folder: "notices" };

/** A failure, and who is told of it. */
interface Case {
  failure: string;
  /** Makes it happen, up to the night in question. */
  inject: () => void | Promise<void>;
  /** The night in question, where it is not an ordinary one. */
  night?: () => Promise<{ status: number | null; err: string }>;
  /** Of one process on SQLite alone. */
  fileOnly?: boolean;
  status: number;
  /** What its recipients get: the subject; null is nothing. */
  recipients: RegExp | null;
  /** What operators get by mail: a line of the notice; null is no mail. */
  operators: RegExp | null;
  /** The same by the folder, where mails do not go. */
  folder?: RegExp;
}

const deny = (...projects: number[]) =>
  shift.simulator.setFaults({
    faults: projects.map((project) => ({ operation: "ListSecurityRisk", project, fault: "permission" })),
  });

const theme = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(shift.folder, "theme", name, ".."), { recursive: true });
    writeFileSync(join(shift.folder, "theme", name), text);
  }
  shift.configure({ theme: "theme", publish: [{ ...QUICK, attach: ["pdf"] }] });
};

async function answering(status: number): Promise<string> {
  web = createServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => web?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}/hook`;
}

const SENT = /^Security risk summary, November 24, 2026: score/;
const PARTIAL = /^\[Partial\] Security risk summary/;

const CASES: Case[] = [
  {
    failure: "a key is refused, and nothing was ever recorded",
    inject: () => writeFileSync(inFolder("secrets/harbour.sk"), "wrong"),
    status: 4,
    recipients: /^\[Partial\] .*, the projects of 1 account not known$/,
    operators: /The credential of account "harbour" is refused/,
  },
  {
    failure: "a key is refused after good nights",
    inject: async () => {
      shift.simulator.setDate("2026-11-23");
      await here("ingest", "--date", "2026-11-23");
      shift.simulator.setDate(NIGHT);
      writeFileSync(inFolder("secrets/harbour.sk"), "wrong");
    },
    status: 4,
    recipients: /^\[Partial\] Security risk summary, November 24, 2026, 4 of 4 projects missing$/,
    operators: /- 4 of 4 targets are missing: credential 4\./,
  },
  {
    failure: "some targets do not answer",
    inject: () => deny(2),
    status: 3,
    recipients: PARTIAL,
    operators: /- 1 of 4 targets are missing: permission 1\./,
  },
  {
    failure: "too few answer for a report",
    inject: () => {
      shift.configure({ publish: [{ ...QUICK, coverage: { atLeast: 90, below: "hold" } }] });
      deny(2);
    },
    status: 3,
    recipients: /: held back, 3 of 4 projects answered$/,
    operators: /- 1 of 4 targets are missing/,
  },
  {
    failure: "the cloud is not there",
    inject: () => {
      const text = readFileSync(inFolder("nightledger.yaml"), "utf8");
      const gone = text.replaceAll(shift.simulator.url, "http://127.0.0.1:9");
      writeFileSync(
        inFolder("nightledger.yaml"),
        gone.replace("concurrency: 8", "concurrency: 8\n  retries: 0"),
      );
    },
    status: 4,
    recipients: /: could not be made$/,
    operators: /- No target was expected/,
  },
  {
    failure: "a report does not pass its gate",
    inject: () =>
      theme({
        "theme.yaml": "company: Acme\n",
        "styles/hidden.css": "[data-figure] { visibility: hidden; }\n",
      }),
    status: 5,
    recipients: /: held back by its own checks$/,
    operators: /- The report executive-summary in en did not pass its gate \(figure: /,
  },
  {
    failure: "a template is broken",
    inject: () => theme({ "theme.yaml": "company: Acme\n", "templates/masthead.hbs": "{{#if}}" }),
    status: 5,
    recipients: /: could not be made$/,
    operators: /- The report executive-summary in en could not be made: .*masthead\.hbs/,
  },
  {
    failure: "a template of the notices themselves is broken",
    inject: () => {
      theme({
        "theme.yaml": "company: Acme\n",
        "templates/letter.hbs": "{{#if}}",
        "templates/masthead.hbs": "{{#if}}",
      });
    },
    status: 5,
    recipients: /: could not be made$/,
    operators: /- The report executive-summary in en could not be made: .*masthead\.hbs/,
  },
  {
    failure: "there is no browser to print with",
    inject: () => shift.configure({ publish: [{ ...QUICK, attach: ["pdf"] }] }),
    // workers have an environment of their own
    fileOnly: true,
    night: async () =>
      (await shift.start(["nightly", "--date", NIGHT], { PUPPETEER_EXECUTABLE_PATH: "/nowhere/chromium" }))
        .ended,
    status: 5,
    recipients: /: could not be made$/,
    operators: /- The report executive-summary in en could not be made: .*PUPPETEER_EXECUTABLE_PATH/,
  },
  {
    failure: "a recipient is refused",
    inject: () =>
      shift.mailServer.setFaults({ recipients: { "ciso@example.com": "550 5.1.1 No such user" } }),
    status: 6,
    recipients: null,
    operators: /- The report .* to ciso@example\.com \(mail\) was refused: 550 5\.1\.1 No such user/,
  },
  {
    failure: "a recipient is deferred for longer than one waits",
    inject: () => {
      shift.configure({ mail: { ...mailOf(), retryMinutes: 0 } });
      shift.mailServer.setFaults({ recipients: { "ciso@example.com": "451 4.7.1 Greylisted" } });
    },
    status: 6,
    recipients: null,
    operators: /- The report .* to ciso@example\.com \(mail\) could not be sent yet: 451 4\.7\.1 Greylisted/,
  },
  {
    failure: "the connection is lost after a mail",
    inject: () => shift.mailServer.setFaults({ dropAfterDot: 1 }),
    status: 6,
    recipients: SENT,
    operators:
      /- The report .* to ciso@example\.com \(mail\) may have arrived, or not; look, and tell with: nightledger deliver --resolve 1/,
  },
  {
    failure: "the process died with a mail on its way",
    inject: async () => {
      shift.mailServer.setFaults({ stall: { at: "dot", ms: 60_000 } });
      const { child, ended } = await shift.start(["nightly", "--date", NIGHT]);
      let said = "";
      child.stderr.on("data", (chunk) => {
        said += chunk;
      });
      await here("simulator", "--help");
      while (!(await isOnItsWay()) && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill("SIGKILL");
      await ended;
      shift.mailServer.setFaults({});
      expect(said).toContain("deliver");
    },
    status: 6,
    recipients: null,
    operators:
      /- The report .* may have arrived, or not; look, and tell with: nightledger deliver --resolve 1: The process that sent it ended/,
  },
  {
    failure: "the mail server is gone",
    inject: async () => {
      shift.configure({ mail: { ...mailOf(), port: 9, retryMinutes: 0 } });
    },
    status: 6,
    recipients: null,
    operators: null,
    folder:
      /- The report .* could not be sent yet: The mail server localhost:9 cannot be used: .*ECONNREFUSED/,
  },
  {
    failure: "the mail server does not let us in",
    inject: () => shift.configure({ mail: { ...mailOf(), ca: undefined, retryMinutes: 0 } }),
    status: 6,
    recipients: null,
    operators: null,
    folder: /- The report .* could not be sent yet: .*Name the authority of its certificate in mail\.ca/,
  },
  {
    failure: "a folder cannot be written",
    inject: () => {
      writeFileSync(inFolder("share"), "a file");
      shift.configure({ publish: [{ ...QUICK, folder: "share" }], mail: { ...mailOf(), retryMinutes: 0 } });
    },
    status: 6,
    recipients: SENT,
    operators:
      /- The report .*share \(folder\) could not be sent yet: .*Check its permissions and its disk\./,
  },
  {
    failure: "a webhook fails",
    inject: async () =>
      shift.configure({
        publish: [{ ...QUICK, webhooks: [{ url: await answering(500), name: "chat" }] }],
        mail: { ...mailOf(), retryMinutes: 0 },
      }),
    status: 6,
    recipients: SENT,
    operators: /- The report .* to chat \(webhook\) could not be sent yet: HTTP 500/,
  },
  {
    failure: "the exceptions file is wrong",
    inject: () => {
      writeFileSync(inFolder("exceptions.yaml"), "- id: drill\n");
      shift.configure({ exceptions: "exceptions.yaml" });
    },
    status: 3,
    recipients: SENT,
    operators: /exceptions\.yaml cannot be used: \[0\]\.what: is missing\..*exceptions stay as they were/,
  },
  {
    failure: "analysts do not get their copy",
    fileOnly: true,
    inject: () => {
      mkdirSync(inFolder("copy.db"));
      shift.configure({ snapshot: "copy.db" });
    },
    status: 3,
    recipients: SENT,
    operators: /- .*The night is on record; analysts go on seeing the one before\./,
  },
  {
    failure: "the night breaks off in the middle",
    inject: async () => {
      await here("ingest", "--date", NIGHT);
      const ledger = await openLedger(shift.database);
      await ledger.db.schema.dropView("coverage_failure_daily").ifExists().execute();
      // one that is gone would be made again when the ledger is opened
      const nothing = ledger.db.selectFrom("category").select("cap");
      await ledger.db.schema.createView("coverage_failure_daily").as(nothing).execute();
      await ledger.close();
    },
    status: 4,
    recipients: null,
    operators: /- The night of 2026-11-24 broke off: .*targets/,
  },
  {
    failure: "the ledger cannot be opened",
    fileOnly: true,
    inject: () => mkdirSync(inFolder("nightledger.db")),
    status: 2,
    recipients: null,
    operators: /- The night of 2026-11-24 broke off: The ledger at .*nightledger\.db cannot be opened/,
  },
  {
    failure: "nobody recorded the nights before",
    inject: async () => {
      shift.simulator.setDate("2026-11-21");
      await here("ingest", "--date", "2026-11-21");
      shift.simulator.setDate(NIGHT);
    },
    status: 3,
    recipients: SENT,
    operators:
      /- No run took place on 2026-11-22, 2026-11-23: what the cloud said then cannot be had any more/,
  },
  {
    failure: "a night was recorded, and never sent",
    inject: async () => {
      shift.simulator.setDate("2026-11-22");
      await here("nightly", "--date", "2026-11-22");
      shift.mailServer.mails.length = 0;
      shift.simulator.setDate("2026-11-23");
      await here("ingest", "--date", "2026-11-23");
      shift.simulator.setDate(NIGHT);
    },
    status: 3,
    recipients: SENT,
    operators:
      /- The reports of 2026-11-23 were never sent: "nightledger nightly --catch-up" sends them today; later, /,
  },
];

const mailOf = () => ({
  host: "localhost",
  port: shift.mailServer.port,
  ca: "mail-ca.pem",
  from: "night@example.com",
});

async function isOnItsWay(): Promise<boolean> {
  if (IS_FILE && !existsSync(shift.database)) return false;
  const { out } = await here("deliver", "--dry-run", "--json");
  return out.includes('"state":"sending"');
}

const noticesInFolder = (): string =>
  existsSync(inFolder("notices"))
    ? readdirSync(inFolder("notices"))
        .map((name) => readFileSync(join(inFolder("notices"), name), "utf8"))
        .join("\n")
    : "";

const cases = CASES.filter(({ fileOnly = false }) => IS_FILE || !fileOnly);

test.each(cases)("$failure: somebody is told", async ({ inject, night = nightly, ...expected }) => {
  shift.configure({ operators: OPERATORS });
  await inject();
  const { status, err } = await night();
  const mails = await shift.mails();
  const of = (to: string) => mails.filter((mail) => mail.to === to);
  expect(of("ciso@example.com").map(({ subject }) => subject)).toEqual(
    expected.recipients === null ? [] : [expect.stringMatching(expected.recipients)],
  );
  const notices = of("operators@example.com").map(({ text }) => text.replace(/\n(?=\S)/g, "\n"));
  expect(notices).toEqual(expected.operators === null ? [] : [expect.stringMatching(expected.operators)]);
  if (expected.folder !== undefined) expect(noticesInFolder()).toMatch(expected.folder);
  // somebody hears of it in any case
  expect(notices.length > 0 || expected.folder !== undefined).toBe(true);
  expect(status, err).toBe(expected.status);
});
