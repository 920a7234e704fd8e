import { dirname, join, parse, resolve } from "node:path";
import type { Credential, Quota } from "@nightledger/core";
import type { ProxyRoutes } from "@nightledger/core/proxy-routes";
import { KNOWN_REGIONS, type Regions } from "@nightledger/core/regions";
import { Secret } from "@nightledger/core/secret";
import { isPostgresUrl } from "@nightledger/store/place";
import { connectable, type PostgresTrust } from "@nightledger/store/postgres-url";
import { type AnalystsLogins, analystsLogins } from "./analysts-logins.ts";
import { credentialProblems } from "./config/credential-problems.ts";
import { type OutputPermissions, outputPermissions } from "./config/output-permissions.ts";
import { postgresTrustOf } from "./config/postgres-trust.ts";
import { proxyRoutesOf } from "./config/proxy-routes-of.ts";
import { problemsOfBroken } from "./config-broken.ts";
import { type Destinations, destinationsOf } from "./config-destinations.ts";
import { problemsBetween } from "./config-problems.ts";
import { type LookUp, lookUp, replaced, replaceReferences, withSecretsUnread } from "./config-references.ts";
import { configSchema, type Settings } from "./config-schema.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import { readSettings } from "./read-settings.ts";

type Account = Settings["accounts"][number];

/** The settings with paths made absolute and secrets fetched. */
export interface Config
  extends Omit<
      Settings,
      | "accounts"
      | "analysts"
      | "network"
      | "regions"
      | "request"
      | "snapshot"
      | "theme"
      | "exceptions"
      | keyof Destinations
    >,
    Destinations {
  /** The company's looks and words. */
  theme: string | undefined;
  /** The file of exceptions; null has none. */
  exceptions: string | null;
  /** Where the analysts' copy of the ledger is put; null writes none. */
  snapshot: string | null;
  /** The logins on PostgreSQL that only read; null where the ledger's own user reads. */
  analysts: AnalystsLogins | null;
  /** What goes for each PostgreSQL server; `database` has it in it already. */
  postgresTrust: PostgresTrust;
  /** The proxies that calls go through, and who is trusted. */
  network: ProxyRoutes;
  regions: Regions;
  /** Who may read what is made for others. */
  permissions: OutputPermissions;
  request: Omit<Settings["request"], "quota"> & { quota: Quota | null };
  accounts: (Omit<Account, "credential"> & { credential: Credential })[];
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
  if (snapshot?.file === "off" || isPostgresUrl(database)) return null;
  if (snapshot !== undefined) return resolve(folder, snapshot.file);
  const { dir, name } = parse(resolve(folder, database));
  return join(dir, `${name}.analyst.db`);
}

function snapshotProblems(settings: Settings, folder: string): ConfigProblem[] {
  if (snapshotOf(settings, folder) !== resolve(folder, settings.database)) return [];
  return [{ path: "snapshot", message: "is the ledger itself; name another file" }];
}

function analystsProblems({ analysts, database }: Settings): ConfigProblem[] {
  if (analysts === undefined || isPostgresUrl(database)) return [];
  const message = "is for a ledger in PostgreSQL; take it out: a SQLite file is read through its own checks";
  return [{ path: "analysts", message }];
}

/** Reads a configuration file. @throws UsageError, ConfigError with all its problems */
export function readConfig(file: string, env: NodeJS.ProcessEnv): Config {
  const folder = dirname(resolve(file));
  const raw = readSettings(file);
  const problems: ConfigProblem[] = [];
  const look: LookUp = (kind, name) => lookUp(kind, name, folder, env);
  const resolved = replaceReferences(raw, "", look, problems);
  const given = withSecretsUnread(raw, resolved);
  const parsed = configSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    problems.push(...problemsOfBroken(given, parsed.error.issues, folder));
    throw new ConfigError(file, problems);
  }

  const { data } = parsed;
  problems.push(
    ...problemsBetween(data, folder),
    ...snapshotProblems(data, folder),
    ...analystsProblems(data),
  );
  const already = new Set(problems.map(({ path }) => path));
  const { destinations, problems: unfit } = destinationsOf(data, folder, look);
  // a reference that is not there was told when all were replaced
  problems.push(...unfit.filter(({ path }) => !already.has(path)));
  const { trust: postgresTrust, problems: unread } = postgresTrustOf(data, look, folder);
  problems.push(...unread);
  const { permissions, problems: unknown } = outputPermissions(data, folder);
  problems.push(...unknown);
  const { routes: network, problems: unroutable } = proxyRoutesOf(data.network, { look, env });
  problems.push(...unroutable.filter(({ path }) => !already.has(path)), ...credentialProblems(data, look));
  if (problems.length > 0) throw new ConfigError(file, problems);
  return {
    ...data,
    ...destinations,
    database: isPostgresUrl(data.database)
      ? connectable(data.database, postgresTrust)
      : resolve(folder, data.database),
    postgresTrust,
    snapshot: snapshotOf(data, folder),
    analysts: analystsLogins(data.analysts, postgresTrust, look),
    permissions,
    network,
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
