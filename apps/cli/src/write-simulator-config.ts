import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { unitOf } from "@nightledger/ingest";
import type { Limit, Simulator, World } from "@nightledger/simulator";
import type { MailServer } from "@nightledger/simulator/mail";
import { stringify } from "yaml";

const quotaText = (limit: Limit | null): string =>
  limit === null ? "off" : `${limit.calls}/${Math.ceil(limit.windowMs / 1000)}s`;

const AUDIENCES = {
  payments: { units: ["Payments"], locale: "en", title: "Payments" },
  retail: { units: ["Retail"], locale: "zh-Hans", title: "零售" },
};

/** The audiences that the world has projects of. */
function audiencesOf({ projects }: World) {
  const units = new Set(
    projects.map(({ id, name, account }) => unitOf(account, { projectId: id, projectName: name })),
  );
  return Object.fromEntries(
    Object.entries(AUDIENCES).filter(([, audience]) => audience.units.every((unit) => units.has(unit))),
  );
}

/** A mail server of the simulator's, and who gets mails through it. */
function mailOf({ port, ca }: Pick<MailServer, "port" | "ca">, folder: string) {
  writeFileSync(join(folder, "mail-ca.pem"), ca);
  return {
    mail: { host: "localhost", port, ca: "mail-ca.pem", from: "nightledger@example.com" },
    operators: { to: ["operators@example.com"] },
    publish: [{ report: "executive-summary", to: [{ name: "CISO", address: "ciso@example.com" }] }],
  };
}

/**
 * Writes a configuration for a simulator, as an operator would write one for the cloud: the secrets lie in
 * files of their own, which only their owner can read.
 */
export function writeSimulatorConfig(
  simulator: Simulator,
  file: string,
  mail?: Pick<MailServer, "port" | "ca">,
): void {
  const folder = dirname(resolve(file));
  mkdirSync(join(folder, "secrets"), { recursive: true, mode: 0o700 });
  const secret = (name: string, value: string): string => {
    writeFileSync(join(folder, "secrets", name), value, { mode: 0o600 });
    return `\${file:secrets/${name}}`;
  };
  const config = {
    timeZone: "UTC",
    database: "./nightledger.db",
    reports: "./reports",
    accounts: simulator.world.accounts.map(({ name, ak, sk, unit, units }) => ({
      name,
      unit,
      units,
      credential: { ak: secret(`${name}.ak`, ak), sk: secret(`${name}.sk`, sk) },
      endpoints: { iam: simulator.url, eps: simulator.url, hss: simulator.url },
    })),
    audiences: audiencesOf(simulator.world),
    ...(mail === undefined ? {} : mailOf(mail, folder)),
    request: { concurrency: 8, retryMinMs: 100, quota: quotaText(simulator.limit) },
    allowAnyDate: true,
  };
  writeFileSync(
    file,
    `# For the simulator at ${simulator.url}\n${stringify(config, { aliasDuplicateObjects: false })}`,
  );
}
