import {
  type Network,
  type NetworkOptions,
  openCloud,
  openNetwork,
  type RequestLimits,
} from "@nightledger/core";
import type { IngestAccount } from "@nightledger/ingest";
import type { Config } from "./config.ts";

/** The accounts of a configuration, ready to be asked. Close the connections when done. */
export function openAccounts(
  config: Config,
  pacing: Pick<NetworkOptions, "paceOf"> = {},
): {
  accounts: IngestAccount[];
  network: Network;
  close(): Promise<void>;
} {
  const { concurrency, quota, ...bounds } = config.request;
  const limits: RequestLimits = bounds;
  const network = openNetwork({
    concurrency,
    limits,
    quota,
    egress: config.egress,
    routes: config.network,
    ...pacing,
  });
  const accounts = config.accounts.map((account) => {
    const { name, credential, enterpriseProjects, pinnedProjects, unit, units } = account;
    const { hss, ...global } = account.endpoints;
    const endpoints = { ...global, ...(hss !== undefined && { hss }) };
    const cloud = openCloud({
      account: name,
      credential,
      endpoints,
      regions: config.regions,
      limits,
      network,
    });
    return { cloud, enterpriseProjects, pinnedProjects, unit, units };
  });
  return { accounts, network, close: () => network.close() };
}
