import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Limit, Simulator } from "@nightledger/simulator";
import { stringify } from "yaml";

const quotaText = (limit: Limit | null): string =>
  limit === null ? "off" : `${limit.calls}/${Math.ceil(limit.windowMs / 1000)}s`;

/**
 * Writes a configuration for a simulator, as an operator would write one for the cloud: the secrets lie in
 * files of their own, which only their owner can read.
 */
export function writeSimulatorConfig(simulator: Simulator, file: string): void {
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
    accounts: simulator.world.accounts.map(({ name, ak, sk }) => ({
      name,
      credential: { ak: secret(`${name}.ak`, ak), sk: secret(`${name}.sk`, sk) },
      endpoints: { iam: simulator.url, eps: simulator.url, hss: simulator.url },
    })),
    request: { concurrency: 8, retryMinMs: 100, quota: quotaText(simulator.limit) },
    allowAnyDate: true,
  };
  writeFileSync(file, `# For the simulator at ${simulator.url}\n${stringify(config)}`);
}
