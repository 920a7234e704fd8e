import { dirname } from "node:path";
import { ConnectionError } from "@nightledger/core/connection-error";
import { proxyFor } from "@nightledger/core/proxy-routes";
import { reach } from "@nightledger/core/reach";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";
import { unwritable } from "./unwritable.ts";

const PATIENCE_MS = 5000;

/** Connects to where a URL leads, and sends it nothing. Names no more of the URL than its host. */
async function reached(
  routes: Config["network"],
  check: "watchdog" | "traces",
  { subject, url }: { subject: string; url: URL },
): Promise<Finding> {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const place = `${url.hostname}:${port}`;
  return await findingOf(check, subject, async () => {
    const proxy = proxyFor(routes, url);
    const through = proxy === null ? "" : ` through the proxy ${proxy.url}`;
    try {
      await reach(routes, url, PATIENCE_MS);
      return `${place} takes connections${through}; nothing was asked.`;
    } catch (error) {
      if (error instanceof ConnectionError) {
        return { status: "warning", detail: `${error.message} Nights go on without it.` };
      }
      const { code } = error as NodeJS.ErrnoException;
      const cure = "Check the URL, DNS, proxy and firewall; nights go on without it.";
      return { status: "warning", detail: `${place} cannot be reached (${code ?? "error"}). ${cure}` };
    }
  });
}

/** Can those be reached who watch the nights? A ping is not sent. */
export async function* watcherFindings({
  operations,
  network,
}: Pick<Config, "operations" | "network">): AsyncGenerator<Finding> {
  const { metrics, ping, traces } = operations;
  if (metrics !== null) {
    yield await findingOf("metrics", metrics, async () => {
      const problem = unwritable(dirname(metrics), "folder");
      return problem === null ? "Its folder can be written." : { status: "warning", detail: problem };
    });
  }
  for (const [name, url] of Object.entries(ping)) {
    if (url === null) continue;
    yield await reached(network, "watchdog", { subject: name, url: new URL(url.reveal()) });
  }
  if (traces === null) return;
  const url = new URL(traces);
  yield await reached(network, "traces", { subject: url.origin, url });
}
