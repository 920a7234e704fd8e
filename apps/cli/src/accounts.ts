import { type Cloud, openDispatcher, type RequestLimits } from "@nightledger/core";
import type { IngestAccount } from "@nightledger/ingest";
import type { Config } from "./config.ts";

/** The accounts of a configuration, ready to be asked. Close the connections when done. */
export function openAccounts(config: Config): { accounts: IngestAccount[]; close(): Promise<void> } {
  const { concurrency, ...bounds } = config.request;
  const limits: RequestLimits = bounds;
  const dispatcher = openDispatcher(concurrency, limits);
  const accounts = config.accounts.map((account) => {
    const cloud: Cloud = {
      account: account.name,
      key: account.credential,
      endpoints: account.endpoints,
      limits,
      dispatcher,
    };
    return { cloud, enterpriseProjectIds: account.enterpriseProjects };
  });
  return { accounts, close: () => dispatcher.destroy() };
}
