import { DEFAULT_LIMITS, type Network, openCloud, Secret } from "@nightledger/core";
import type { IngestAccount } from "../job.ts";

/** A simulated cloud as the benchmarks are told of it. */
export interface BenchCloud {
  url: string;
  accounts: readonly { name: string; ak: string; sk: string }[];
}

/** Its accounts, ready to be asked. */
export const openAccounts = ({ url, accounts }: BenchCloud, network: Network): IngestAccount[] =>
  accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: url, eps: url, hss: url },
      limits: DEFAULT_LIMITS,
      network,
    }),
    enterpriseProjects: "all_granted_eps",
  }));
