import { resolve } from "node:path";
import { Secret } from "@nightledger/core/secret";
import type { OAuth2Settings } from "@nightledger/deliver";
import { secretUrlProblem } from "./config-problems.ts";
import { type LookUp, replaced } from "./config-references.ts";
import type { Settings } from "./config-schema.ts";
import type { ConfigProblem } from "./errors.ts";

type Webhook = Omit<Settings["operators"]["webhooks"][number], "url" | "secret" | "name"> & {
  name: string;
  url: Secret;
  secret: Secret | null;
};

/** Where something goes, with folders made absolute and secrets fetched. */
export type Resolved<T> = Omit<T, "folder" | "webhooks"> & { folder: string | null; webhooks: Webhook[] };

type Mail = NonNullable<Settings["mail"]>;

/** The mail server, with its secrets fetched; `ca` is PEM. */
export type ResolvedMail = Omit<Mail, "password" | "oauth2" | "dkim"> & {
  password: Secret | null;
  oauth2: OAuth2Settings | null;
  dkim: (Omit<NonNullable<Mail["dkim"]>, "key"> & { key: Secret }) | null;
};

/** Who else watches, with a file made absolute and secrets fetched. */
export interface ResolvedOperations {
  /** A file. */
  metrics: string | null;
  traces: string | null;
  ping: Record<"start" | "success" | "failure", Secret | null>;
}

/** Where everything goes. */
export interface Destinations {
  publish: Resolved<Settings["publish"][number]>[];
  operators: Resolved<Settings["operators"]>;
  /** Null sends no mail. */
  mail: ResolvedMail | null;
  operations: ResolvedOperations;
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
  return {
    ...given,
    folder: given.folder === undefined ? null : resolve(folder, given.folder.path),
    webhooks,
  };
}

function mailOf({ mail }: Settings, secrets: SecretsOf): ResolvedMail | null {
  if (mail === undefined) return null;
  const { password, oauth2, dkim, ca, ...rest } = mail;
  return {
    ...rest,
    ...(ca !== undefined && { ca: secrets.at("mail.ca", `\${file:${ca}}`).reveal() }),
    password: secrets.maybeAt("mail.password", password),
    oauth2:
      oauth2 === undefined
        ? null
        : {
            ...oauth2,
            clientSecret: secrets.maybeAt("mail.oauth2.clientSecret", oauth2.clientSecret),
            refreshToken: secrets.maybeAt("mail.oauth2.refreshToken", oauth2.refreshToken),
          },
    dkim: dkim === undefined ? null : { ...dkim, key: secrets.at("mail.dkim.key", dkim.key) },
  };
}

function operationsOf({ operations }: Settings, folder: string, secrets: SecretsOf): ResolvedOperations {
  const { metrics, traces, ping } = operations;
  return {
    metrics: metrics === undefined ? null : resolve(folder, metrics.file),
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

/** Settings of where everything goes, made ready; what cannot be is told beside them. */
export function destinationsOf(
  settings: Settings,
  folder: string,
  look: LookUp,
): { destinations: Destinations; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const secrets = new SecretsOf(settings, look, problems);
  const destinations = {
    publish: settings.publish.map((one, index) => placesOf(one, `publish[${index}]`, { folder, secrets })),
    operators: placesOf(settings.operators, "operators", { folder, secrets }),
    mail: mailOf(settings, secrets),
    operations: operationsOf(settings, folder, secrets),
  };
  problems.push(...namesakes([...destinations.publish, destinations.operators]));
  return { destinations, problems };
}
