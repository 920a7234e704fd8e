import { dirname, resolve } from "node:path";
import { isPostgresUrl } from "@nightledger/store/place";
import { connectable } from "@nightledger/store/postgres-url";
import { analystsLogins } from "./analysts-logins.ts";
import { postgresTrustOf } from "./config/postgres-trust.ts";
import type { Config } from "./config.ts";
import { problemsOfBroken } from "./config-broken.ts";
import { type LookUp, lookUp, replaceReferences, withSecretsUnread } from "./config-references.ts";
import { configSchema } from "./config-schema.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import { readSettings } from "./read-settings.ts";

/** The settings of a command that only reads the ledger: it needs no account, no destination and none of their secrets. */
export type ReadingConfig = Pick<Config, "database" | "analysts" | "audiences" | "theme">;

const readingSchema = configSchema.pick({
  database: true,
  allowPlainPostgres: true,
  postgresCa: true,
  analysts: true,
  audiences: true,
  theme: true,
});

const usedOf = (raw: unknown): Record<string, unknown> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw)
    ? Object.fromEntries(Object.entries(raw).filter(([key]) => key in readingSchema.shape))
    : {};

/**
 * Reads what of a configuration a reading command uses; only the references in that are resolved.
 *
 * @throws UsageError, ConfigError with all that is wrong with these settings
 */
export function readReadingConfig(file: string, env: NodeJS.ProcessEnv): ReadingConfig {
  const folder = dirname(resolve(file));
  const problems: ConfigProblem[] = [];
  const look: LookUp = (kind, name) => lookUp(kind, name, folder, env);
  const raw = usedOf(readSettings(file));
  const given = withSecretsUnread(raw, replaceReferences(raw, "", look, problems));
  const parsed = readingSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) problems.push(...problemsOfBroken(given, parsed.error.issues, folder));
  if (!parsed.success || problems.length > 0) throw new ConfigError(file, problems);
  const { database, analysts, audiences, theme } = parsed.data;
  const { trust, problems: untrusted } = postgresTrustOf(parsed.data, look, folder);
  if (untrusted.length > 0) throw new ConfigError(file, untrusted);
  return {
    database: isPostgresUrl(database) ? connectable(database, trust) : resolve(folder, database),
    analysts: analystsLogins(analysts, trust, look),
    audiences,
    theme: theme === undefined ? undefined : resolve(folder, theme),
  };
}
