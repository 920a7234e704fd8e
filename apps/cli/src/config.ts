import { readFileSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import type { Credential, Quota } from "@nightledger/core";
import { KNOWN_REGIONS } from "@nightledger/core/regions";
import { Secret } from "@nightledger/core/secret";
import { isPostgresUrl } from "@nightledger/store/place";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { problemsOfIssue } from "./config-issues.ts";
import { problemsBetween, secretUrlProblem } from "./config-problems.ts";
import { type LookUp, lookUp, replaced, replaceReferences, withSecretsUnread } from "./config-references.ts";
import { configSchema, type Settings } from "./config-schema.ts";
import { ConfigError, type ConfigProblem, UsageError } from "./errors.ts";

type Account = Settings["accounts"][number];

type Webhook = Omit<Settings["operators"]["webhooks"][number], "url" | "secret" | "name"> & {
  name: string;
  url: Secret;
  secret: Secret | null;
};

/** Where something goes, with folders made absolute and secrets fetched. */
type Resolved<T> = Omit<T, "folder" | "webhooks"> & { folder: string | null; webhooks: Webhook[] };

type Mail = NonNullable<Settings["mail"]>;

/** The settings with paths made absolute and secrets fetched. */
export interface Config
  extends Omit<
    Settings,
    | "accounts"
    | "request"
    | "snapshot"
    | "theme"
    | "exceptions"
    | "publish"
    | "operators"
    | "mail"
    | "operations"
  > {
  /** The company's looks and words. */
  theme: string | undefined;
  /** The file of exceptions; null has none. */
  exceptions: string | null;
  /** Where the analysts' copy of the ledger is put; null writes none. */
  snapshot: string | null;
  request: Omit<Settings["request"], "quota"> & { quota: Quota | null };
  accounts: (Omit<Account, "credential"> & { credential: Credential })[];
  publish: Resolved<Settings["publish"][number]>[];
  operators: Resolved<Settings["operators"]>;
  /** Null sends no mail. `ca` is PEM. */
  mail:
    | (Omit<Mail, "password" | "dkim"> & {
        password: Secret | null;
        dkim: (Omit<NonNullable<Mail["dkim"]>, "key"> & { key: Secret }) | null;
      })
    | null;
  operations: {
    /** A file. */
    metrics: string | null;
    traces: string | null;
    ping: Record<"start" | "success" | "failure", Secret | null>;
  };
}

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new UsageError(
      code === "ENOENT"
        ? `There is no configuration at ${file}. Name one with --config FILE; the README shows how it looks.`
        : `The configuration ${file} cannot be read (${code}). Check its permissions.`,
    );
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, linePos }) => {
      const said = message.split("\n", 1)[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
      const [at] = linePos ?? [];
      return {
        path: at === undefined ? "" : `line ${at.line}, column ${at.col}`,
        message: `is no YAML: ${said}`,
      };
    });
    throw new ConfigError(file, problems);
  }
  return document.toJS();
}

/** The schema has seen to it that one kind of credential is there, whole. */
function credentialOf(given: Account["credential"], reveal: (reference: string) => string): Credential {
  const { ak = "", sk = "", securityToken, domain = "", user = "", password = "", agency } = given;
  if (given.ak !== undefined) {
    const token = securityToken === undefined ? {} : { securityToken: new Secret(reveal(securityToken)) };
    return { kind: "key", ak: reveal(ak), sk: new Secret(reveal(sk)), ...token };
  }
  const own = {
    kind: "password" as const,
    domainName: reveal(domain),
    userName: reveal(user),
    password: new Secret(reveal(password)),
  };
  if (agency === undefined) return own;
  return { kind: "agency", domainName: reveal(agency.domain), agencyName: reveal(agency.name), by: own };
}

/** `5/60s` → 5 calls in 60,000 ms. */
function parseQuota(quota: string): Quota | null {
  const [calls, seconds] = quota.replace("s", "").split("/").map(Number);
  return calls === undefined || seconds === undefined ? null : { calls, windowMs: seconds * 1000 };
}

/** Where the analysts' copy goes. A PostgreSQL database has none: its analysts are users of their own. */
function snapshotOf({ database, snapshot }: Settings, folder: string): string | null {
  if (snapshot === "off" || isPostgresUrl(database)) return null;
  if (snapshot !== undefined) return resolve(folder, snapshot);
  const { dir, name } = parse(resolve(folder, database));
  return join(dir, `${name}.analyst.db`);
}

function snapshotProblems(settings: Settings, folder: string): ConfigProblem[] {
  if (snapshotOf(settings, folder) !== resolve(folder, settings.database)) return [];
  return [{ path: "snapshot", message: "is the ledger itself; name another file" }];
}

/** Settings that a configuration has to have, for what can be said of the others without them. */
const PLACEHOLDERS = {
  timeZone: "UTC",
  database: "./nightledger.db",
  accounts: [{ name: "placeholder", credential: { ak: "${env:AK}", sk: "${env:SK}" } }],
};

/** The settings at the top that a problem lies in. */
const topsOf = (issue: z.core.$ZodIssue): string[] => {
  const [top] = issue.path;
  if (top !== undefined) return [String(top)];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
};

/** What the sound settings of a configuration have against each other, where others are broken. */
function problemsBetweenSound(raw: unknown, broken: ReadonlySet<string>, folder: string): ConfigProblem[] {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return [];
  // who gets what cannot be judged without the audiences that are named
  const left = new Set([...broken, ...(broken.has("audiences") ? ["publish"] : [])]);
  const sound = Object.fromEntries(Object.entries(raw).filter(([key]) => !left.has(key)));
  const parsed = configSchema.safeParse({ ...PLACEHOLDERS, ...sound });
  if (!parsed.success) return [];
  return problemsBetween(parsed.data, folder).filter(({ path }) => !left.has(path.split(/[.[]/, 1)[0] ?? ""));
}

/** Fetches what was kept as a reference; what cannot be is put among the problems. */
class SecretsOf {
  readonly #settings: Settings;
  readonly #look: LookUp;
  readonly #problems: ConfigProblem[];

  constructor(settings: Settings, look: LookUp, problems: ConfigProblem[]) {
    this.#settings = settings;
    this.#look = look;
    this.#problems = problems;
  }

  at(path: string, reference: string): Secret {
    try {
      return new Secret(replaced(reference, this.#look));
    } catch (error) {
      this.#problems.push({ path, message: (error as Error).message });
      return new Secret("");
    }
  }

  maybeAt(path: string, reference: string | undefined): Secret | null {
    return reference === undefined ? null : this.at(path, reference);
  }

  url(path: string, reference: string): Secret {
    const found = this.at(path, reference);
    const problem = found.reveal() === "" ? null : secretUrlProblem(this.#settings, found.reveal());
    if (problem !== null) this.#problems.push({ path, message: problem });
    return found;
  }

  maybeUrl(path: string, reference: string | undefined): Secret | null {
    return reference === undefined ? null : this.url(path, reference);
  }
}

function placesOf<T extends Settings["publish"][number] | Settings["operators"]>(
  given: T,
  path: string,
  { folder, secrets }: { folder: string; secrets: SecretsOf },
): Resolved<T> {
  const webhooks = given.webhooks.map(({ url: reference, secret, name, ...webhook }, index) => {
    const url = secrets.url(`${path}.webhooks[${index}].url`, reference);
    const host = URL.canParse(url.reveal()) ? new URL(url.reveal()).hostname : "";
    return {
      ...webhook,
      name: name ?? host,
      url,
      secret: secrets.maybeAt(`${path}.webhooks[${index}].secret`, secret),
    };
  });
  return { ...given, folder: given.folder === undefined ? null : resolve(folder, given.folder), webhooks };
}

function mailOf({ mail }: Settings, secrets: SecretsOf, readFile: (path: string) => string): Config["mail"] {
  if (mail === undefined) return null;
  const { password, dkim, ca, ...rest } = mail;
  return {
    ...rest,
    ...(ca !== undefined && { ca: readFile(ca) }),
    password: secrets.maybeAt("mail.password", password),
    dkim: dkim === undefined ? null : { ...dkim, key: secrets.at("mail.dkim.key", dkim.key) },
  };
}

function operationsOf({ operations }: Settings, folder: string, secrets: SecretsOf): Config["operations"] {
  const { metrics, traces, ping } = operations;
  return {
    metrics: metrics === undefined ? null : resolve(folder, metrics),
    traces: traces ?? null,
    ping: {
      start: secrets.maybeUrl("operations.ping.start", ping?.start),
      success: secrets.maybeUrl("operations.ping.success", ping?.success),
      failure: secrets.maybeUrl("operations.ping.failure", ping?.failure),
    },
  };
}

/** Two webhooks that the ledger of deliveries could not tell apart. */
function namesakes(places: readonly { webhooks: readonly Webhook[] }[]): ConfigProblem[] {
  const known = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const [place, { webhooks }] of places.entries()) {
    for (const [index, { name, url }] of webhooks.entries()) {
      const at = place === places.length - 1 ? "operators" : `publish[${place}]`;
      const other = known.get(name);
      if (other !== undefined && other !== url.reveal()) {
        problems.push({
          path: `${at}.webhooks[${index}].name`,
          message: `another webhook is called "${name}", too; give each a name of its own`,
        });
      }
      known.set(name, url.reveal());
    }
  }
  return problems;
}

/** Reads a configuration file. @throws UsageError, ConfigError with all its problems */
export function readConfig(file: string, env: NodeJS.ProcessEnv): Config {
  const folder = dirname(resolve(file));
  const raw = readYaml(file) ?? {};
  const problems: ConfigProblem[] = [];
  const look: LookUp = (kind, name) => lookUp(kind, name, folder, env);
  const resolved = replaceReferences(raw, "", look, problems);
  const given = withSecretsUnread(raw, resolved);
  const parsed = configSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const { issues } = parsed.error;
    const broken = new Set(issues.flatMap(topsOf));
    problems.push(
      ...issues.flatMap((issue) => problemsOfIssue(issue)),
      ...problemsBetweenSound(given, broken, folder),
    );
    throw new ConfigError(file, problems);
  }

  const { data } = parsed;
  problems.push(...problemsBetween(data, folder), ...snapshotProblems(data, folder));
  const already = new Set(problems.map(({ path }) => path));
  const found: ConfigProblem[] = [];
  const secrets = new SecretsOf(data, look, found);
  const readFile = (name: string): string => {
    try {
      return look("file", name);
    } catch (error) {
      found.push({ path: "mail.ca", message: (error as Error).message });
      return "";
    }
  };
  const read = {
    publish: data.publish.map((one, index) => placesOf(one, `publish[${index}]`, { folder, secrets })),
    operators: placesOf(data.operators, "operators", { folder, secrets }),
    mail: mailOf(data, secrets, readFile),
    operations: operationsOf(data, folder, secrets),
  };
  found.push(...namesakes([...read.publish, read.operators]));
  // a reference that is not there was told when all were replaced
  problems.push(...found.filter(({ path }) => !already.has(path)));
  if (problems.length > 0) throw new ConfigError(file, problems);
  return {
    ...data,
    ...read,
    database: isPostgresUrl(data.database) ? data.database : resolve(folder, data.database),
    snapshot: snapshotOf(data, folder),
    reports: resolve(folder, data.reports),
    theme: data.theme === undefined ? undefined : resolve(folder, data.theme),
    exceptions: data.exceptions === undefined ? null : resolve(folder, data.exceptions),
    regions: { ...KNOWN_REGIONS, ...data.regions },
    request: { ...data.request, quota: parseQuota(data.request.quota) },
    accounts: data.accounts.map(({ credential, ...account }) => ({
      ...account,
      credential: credentialOf(credential, (reference) => replaced(reference, look)),
    })),
  };
}
