import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import type { IngestAccount } from "../job.ts";

/** An answer as it goes over the wire. */
export interface WireAnswer {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body: string | Buffer;
}

/** What one account is answered; what is left out is answered well. */
export interface OddAccount {
  iam?: WireAnswer;
  eps?: WireAnswer;
  hss?: WireAnswer;
  score?: WireAnswer;
}

/** Many accounts with a project each (`p0` …) at one server, each with answers of its own. */
export interface OddCloud {
  accounts: IngestAccount[];
  close(): Promise<void>;
}

const json = (value: unknown): WireAnswer => ({ body: JSON.stringify(value) });

function answerTo(path: string, nth: string, account: OddAccount): WireAnswer {
  if (path.startsWith("/v3/auth/projects")) {
    return (
      account.iam ?? json({ projects: [{ id: `p${nth}`, name: `ap-southeast-3_${nth}`, enabled: true }] })
    );
  }
  if (path.startsWith("/v1.0/enterprise-projects")) {
    return account.eps ?? json({ enterprise_projects: [{ id: "0", name: "default" }], total_count: 1 });
  }
  const score = account.score ?? json({ score: 100, risk_num: 0, risk_server_num: 0 });
  return path.includes("/risk/score") ? score : (account.hss ?? json({ total_risk_num: 0 }));
}

/** A server knows an account by the access key that signs. */
export async function openOddCloud(
  given: readonly OddAccount[],
  discovers: "all" | "each" = "all",
): Promise<OddCloud> {
  const server = createServer((request, response) => {
    const nth = /Access=AK(\d+),/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const { status = 200, headers = {}, body } = answerTo(request.url ?? "", nth, given[Number(nth)] ?? {});
    response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "0", ...headers });
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const limits = { ...DEFAULT_LIMITS, retries: 1, retryMinMs: 1 };
  const network = openNetwork({ concurrency: 8, limits, quota: null });
  const accounts = given.map((_, nth) => ({
    cloud: openCloud({
      account: `account-${nth}`,
      credential: { kind: "key" as const, ak: `AK${nth}`, sk: new Secret("SK") },
      endpoints: { iam: url, eps: url, hss: url },
      limits,
      network,
    }),
    enterpriseProjects: discovers === "each" ? ("each" as const) : ("all_granted_eps" as const),
  }));
  return {
    accounts,
    async close() {
      await network.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
