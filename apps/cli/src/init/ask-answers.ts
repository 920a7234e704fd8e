import { isPostgresUrl } from "@nightledger/store/place";
import { postgresUrlProblem } from "@nightledger/store/postgres-url";
import { UsageError } from "../errors.ts";
import { type Options, type Terminal, text, texts } from "../verb.ts";
import type { Answers } from "./answers.ts";

const REFERENCE = /^(env|file):.+$/;

/** The place of a ledger, which is written into the configuration. @throws UsageError */
function withoutPassword(place: string): string {
  const problem = isPostgresUrl(place) ? postgresUrlProblem(place) : null;
  if (problem !== null) throw new UsageError(`The URL of --database ${problem}.`);
  return place;
}

/** A secret that somebody typed, for a file beside the configuration. */
export interface TypedSecret {
  file: string;
  secret: string;
}

/** Gives what a question is answered with: by its flag, else by the person, else as preset. */
class Interview {
  readonly #terminal: Terminal;
  readonly #options: Options;
  /** Secrets that were typed, and the files for them. */
  readonly typed: TypedSecret[] = [];

  constructor(terminal: Terminal, options: Options) {
    this.#terminal = terminal;
    this.#options = options;
  }

  get #asks(): boolean {
    return this.#terminal.ask !== undefined && this.#options.yes !== true;
  }

  /** @throws UsageError where nobody can be asked, and nothing is preset */
  async of(flag: string, question: string, preset: string | null): Promise<string> {
    const given = text(this.#options, flag);
    if (given !== undefined) return given;
    if (!this.#asks) {
      if (preset !== null) return preset;
      throw new UsageError(`--${flag} is missing: ${question}.`);
    }
    const hint = preset === null || preset === "" ? "" : ` [${preset}]`;
    for (;;) {
      const answer = (await this.#terminal.ask?.(`${question}${hint}: `, { secret: false }))?.trim() ?? "";
      if (answer !== "") return answer;
      if (preset !== null) return preset;
    }
  }

  /** Several, with commas between. */
  async list(flag: string, question: string): Promise<string[]> {
    const given = texts(this.#options, flag);
    if (given.length > 0) return given;
    const answer = await this.of(flag, question, "");
    return answer
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
  }

  /** Where a secret is: a reference as given, or a file of its own that the typed one is put into. */
  async secret(flag: string, question: string, name: string, isShown = false): Promise<string> {
    const given = text(this.#options, flag);
    if (given !== undefined) {
      if (REFERENCE.test(given)) return given;
      throw new UsageError(
        `--${flag} takes env:NAME or file:PATH: a secret on the command line is one that all can read.`,
      );
    }
    if (!this.#asks)
      throw new UsageError(`--${flag} is missing: env:NAME or file:PATH, where ${question} is kept.`);
    const asked = `${question} (or env:NAME, or file:PATH): `;
    const answer = (await this.#terminal.ask?.(asked, { secret: !isShown }))?.trim() ?? "";
    if (REFERENCE.test(answer)) return answer;
    const file = `secrets/${name}`;
    this.typed.push({ file, secret: answer });
    return `file:${file}`;
  }
}

const TLS = ["starttls", "implicit", "off"] as const;
const LOCALES = ["en", "zh-Hans"] as const;

/** One of a few words. @throws UsageError */
function oneOf<T extends string>(flag: string, given: string, words: readonly T[]): T {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new UsageError(`--${flag} is one of: ${words.join(", ")}; not "${given}".`);
  return found;
}

async function mailOf(interview: Interview, options: Options): Promise<Answers["mail"]> {
  const server = await interview.of("smtp", "Mail server, as host or host:port (empty sends no mail)", "");
  if (server === "") return null;
  const [host = "", port = "587"] = server.split(":");
  const user = await interview.of("smtp-user", "User at the mail server (empty is none)", "");
  return {
    host,
    port: Number(port),
    tls: oneOf("smtp-tls", text(options, "smtp-tls") ?? (port === "465" ? "implicit" : "starttls"), TLS),
    ca: text(options, "smtp-ca") ?? null,
    user: user === "" ? null : user,
    password: user === "" ? null : await interview.secret("smtp-password", "Its password", "mail.password"),
    from: await interview.of("from", "Whom mails are from", null),
  };
}

/** Asks for what the flags do not say. @throws UsageError */
export async function askAnswers(
  terminal: Terminal,
  options: Options,
): Promise<{ answers: Answers; typed: readonly TypedSecret[] }> {
  const interview = new Interview(terminal, options);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const account = await interview.of("account", "What the account is called in tables and reports", null);
  const file = account.replace(/[^\w.-]+/g, "-");
  const first = {
    account,
    ak: await interview.secret("ak", "Access key id", `${file}.ak`, true),
    sk: await interview.secret("sk", "Secret access key", `${file}.sk`),
    timeZone: await interview.of("time-zone", "Time zone whose calendar day a night counts for", here),
    database: withoutPassword(
      await interview.of(
        "database",
        "The ledger: a file, or postgres://user@host/database",
        "./nightledger.db",
      ),
    ),
    reports: text(options, "reports") ?? "./reports-out",
    endpoint: text(options, "endpoint") ?? null,
  };
  const mail = await mailOf(interview, options);
  const to =
    mail === null ? [] : await interview.list("to", "Who gets the executive summary, with commas between");
  if (mail !== null && to.length === 0)
    throw new UsageError("--to is missing: who gets the report, where there is a mail server.");
  const operators =
    mail === null ? [] : await interview.list("operators", "Who is told when something fails");
  const deadline = await interview.of(
    "deadline",
    "When reports have to be out, such as 07:00 (empty is when ready)",
    "",
  );
  const answers: Answers = {
    ...first,
    mail,
    to,
    operators: operators.length > 0 ? operators : to.slice(0, 1),
    locale: oneOf("locale", text(options, "locale") ?? "en", LOCALES),
    deadline: deadline === "" ? null : deadline,
  };
  return { answers, typed: interview.typed };
}
