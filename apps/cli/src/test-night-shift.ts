import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, type SimulatorOptions, startSimulator } from "@nightledger/simulator";
import { type MailServer, type MailServerOptions, startMailServer } from "@nightledger/simulator/mail";
import { openReader } from "@nightledger/store";
import { parse, stringify } from "yaml";
import { type Exit, runHere, startCommand } from "./test-command.ts";
import { hireStaff } from "./test-staff.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

export const NIGHT = "2026-11-24";

/** A mail, as far as tests look at it. */
export interface SeenMail {
  to: string;
  subject: string;
  text: string;
  /** The names of its attachments. */
  files: string[];
}

/** A folder with a configuration, a simulated cloud and a real mail server. */
export interface NightShift {
  folder: string;
  simulator: Simulator;
  mailServer: MailServer;
  /** Changes settings of the configuration, key by key. */
  configure(settings: object): void;
  /** The ledger, as `openLedger` takes it. */
  database: string;
  /** Starts the command as a user does. */
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ReturnType<typeof startCommand>>;
  /** Runs the command, in this process: a second is saved each time. */
  command(...args: string[]): Promise<Exit>;
  /** Runs it at another time. */
  at(now: () => Date, ...args: string[]): Promise<Exit>;
  mails(): Promise<SeenMail[]>;
  rows(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

/** The report of these tests needs no browser: what is sent is what counts here. */
export const QUICK = { report: "executive-summary", attach: ["html"], to: ["ciso@example.com"] };

export async function readMail(raw: Buffer | string): Promise<Omit<SeenMail, "to"> & { html: string }> {
  const { default: PostalMime } = await import("postal-mime");
  const mail = await PostalMime.parse(raw);
  return {
    subject: mail.subject ?? "",
    text: (mail.text ?? "").replaceAll("\r\n", "\n"),
    html: mail.html ?? "",
    files: mail.attachments.map(({ filename }) => filename ?? ""),
  };
}

export async function openNightShift(
  world: SimulatorOptions = {},
  mail: MailServerOptions = {},
): Promise<NightShift> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-night-"));
  const file = join(folder, "nightledger.yaml");
  const simulator = await startSimulator({ accounts: 1, projects: 6, limit: null, date: NIGHT, ...world });
  const mailServer = await startMailServer(mail);
  writeSimulatorConfig(simulator, file, mailServer);
  const staff = await hireStaff(folder);
  const start = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    await staff?.work(args);
    return startCommand(folder, args, { HOME: process.env.HOME, ...env });
  };
  const here = async (args: readonly string[], now?: () => Date) => {
    await staff?.work(args);
    return await runHere(folder, args, now);
  };
  const shift: NightShift = {
    folder,
    database: staff?.database ?? join(folder, "nightledger.db"),
    simulator,
    mailServer,
    configure(settings) {
      const now = parse(readFileSync(file, "utf8"));
      for (const [key, value] of Object.entries(settings)) now[key] = value;
      writeFileSync(file, stringify(now, { aliasDuplicateObjects: false }));
    },
    start: async (args, env) => await start(args, env),
    command: async (...args) => await here(args),
    at: async (now, ...args) => await here(args, now),
    async mails() {
      const seen = mailServer.mails.map(async ({ to, raw }) => {
        const { html, ...mail } = await readMail(raw);
        return { to: to.join(), ...mail };
      });
      return await Promise.all(seen);
    },
    async rows(sql) {
      const { out } = await runHere(folder, ["query", "--format", "json", sql]);
      return JSON.parse(out);
    },
    async close() {
      await staff?.leave();
      await Promise.all([simulator.close(), mailServer.close()]);
      rmSync(folder, { recursive: true });
    },
  };
  shift.configure({ publish: [QUICK], ...staff?.settings });
  return shift;
}

/** A ledger's deliveries as `state recipient (kind edition)`, in order. */
export async function deliveriesIn(database: string): Promise<string[]> {
  const reader = await openReader(database);
  try {
    const rows = await reader.db.selectFrom("delivery_history").selectAll().orderBy("delivery_id").execute();
    return rows.map(
      ({ data_date, state, recipient, kind, edition }) =>
        `${data_date} ${kind} e${edition} to ${recipient}: ${state}`,
    );
  } finally {
    await reader.close();
  }
}
