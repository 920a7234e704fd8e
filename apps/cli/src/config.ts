import { readFileSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import type { Credential, Quota } from "@nightledger/core";
import { KNOWN_REGIONS } from "@nightledger/core/regions";
import { Secret } from "@nightledger/core/secret";
import { isPostgresUrl } from "@nightledger/store/place";
import { parseDocument } from "yaml";
import { configSchema, type Settings } from "./config-schema.ts";
import { ConfigError, type ConfigProblem, UsageError } from "./errors.ts";

type Account = Settings["accounts"][number];

/** The settings with paths made absolute and secrets fetched. */
export interface Config extends Omit<Settings, "accounts" | "request" | "snapshot" | "theme"> {
  /** The company's looks and words. */
  theme: string | undefined;
  /** Where the analysts' copy of the ledger is put; null writes none. */
  snapshot: string | null;
  request: Omit<Settings["request"], "quota"> & { quota: Quota | null };
  accounts: (Omit<Account, "credential"> & { credential: Credential })[];
}

const REFERENCE = /\$\{(env|file):([^}]+)\}/g;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What one `${…}` stands for. @throws UsageError naming what is not there */
function lookUp(kind: string, name: string, folder: string, env: NodeJS.ProcessEnv): string {
  if (kind === "env") {
    const value = env[name];
    if (value === undefined || value === "") throw new UsageError(`environment variable ${name} is not set`);
    return value;
  }
  try {
    return readFileSync(resolve(folder, name), "utf8").trim();
  } catch (error) {
    throw new UsageError(`file ${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
}

/** Every string of a tree, with its `${…}` replaced; what cannot be is put among the problems. */
function replaceReferences(
  node: unknown,
  path: string,
  look: (kind: string, name: string) => string,
  problems: ConfigProblem[],
): unknown {
  if (Array.isArray(node)) {
    return node.map((item, index) => replaceReferences(item, `${path}[${index}]`, look, problems));
  }
  if (typeof node === "object" && node !== null) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        const below = path === "" ? key : `${path}.${key}`;
        return [key, replaceReferences(value, below, look, problems)];
      }),
    );
  }
  if (typeof node !== "string") return node;
  return node.replace(REFERENCE, (whole, kind: string, name: string) => {
    try {
      return look(kind, name);
    } catch (error) {
      problems.push({ path, message: (error as Error).message });
      return whole;
    }
  });
}

/** Secrets stay references until the schema has seen that they are. */
function withSecretsUnread(raw: unknown, resolved: unknown): unknown {
  if (typeof raw !== "object" || raw === null || typeof resolved !== "object" || resolved === null)
    return resolved;
  if (Array.isArray(raw) && Array.isArray(resolved)) {
    return raw.map((item, index) => withSecretsUnread(item, resolved[index]));
  }
  return Object.fromEntries(
    Object.entries(resolved).map(([key, value]) => {
      const own = (raw as Record<string, unknown>)[key];
      return [key, key === "credential" ? own : withSecretsUnread(own, value)];
    }),
  );
}

function plainHttpProblems(settings: Settings): ConfigProblem[] {
  const urls = [
    ...settings.accounts.flatMap(({ endpoints }, index) =>
      (["iam", "eps", "hss"] as const).map((service) => ({
        path: `accounts[${index}].endpoints.${service}`,
        url: endpoints[service],
      })),
    ),
    ...Object.entries(settings.regions).map(([region, { hss }]) => ({
      path: `regions.${region}.hss`,
      url: hss,
    })),
  ];
  return urls.flatMap(({ path, url: given }) => {
    if (given === undefined) return [];
    const url = new URL(given.replaceAll("{region}", "region"));
    const allowed =
      url.protocol === "https:" ||
      LOOPBACK.test(url.hostname) ||
      settings.allowPlainHttp.includes(url.hostname);
    const message = `is http without TLS; use https, or name ${url.hostname} in allowPlainHttp`;
    return allowed ? [] : [{ path, message }];
  });
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
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ConfigError(file, [{ path: "", message: error.message.split("\n", 1)[0] ?? "is no YAML" }]);
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

/** Reads a configuration file. @throws UsageError, ConfigError with all its problems */
export function readConfig(file: string, env: NodeJS.ProcessEnv): Config {
  const folder = dirname(resolve(file));
  const raw = readYaml(file) ?? {};
  const problems: ConfigProblem[] = [];
  const look = (kind: string, name: string) => lookUp(kind, name, folder, env);
  const resolved = replaceReferences(raw, "", look, problems);
  const parsed = configSchema.safeParse(withSecretsUnread(raw, resolved));
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.reduce<string>(
      (text, key) =>
        typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
      "",
    );
    const message = issue.code === "invalid_key" ? issue.issues[0]?.message : issue.message;
    problems.push({ path, message: message ?? issue.message });
  }
  if (parsed.success)
    problems.push(...plainHttpProblems(parsed.data), ...snapshotProblems(parsed.data, folder));
  if (!parsed.success || problems.length > 0) throw new ConfigError(file, problems);

  const reveal = (reference: string): string =>
    reference.replace(REFERENCE, (_, kind: string, name: string) => look(kind, name));
  const { data } = parsed;
  return {
    ...data,
    database: isPostgresUrl(data.database) ? data.database : resolve(folder, data.database),
    snapshot: snapshotOf(data, folder),
    reports: resolve(folder, data.reports),
    theme: data.theme === undefined ? undefined : resolve(folder, data.theme),
    regions: { ...KNOWN_REGIONS, ...data.regions },
    request: { ...data.request, quota: parseQuota(data.request.quota) },
    accounts: data.accounts.map(({ credential, ...account }) => ({
      ...account,
      credential: credentialOf(credential, reveal),
    })),
  };
}
