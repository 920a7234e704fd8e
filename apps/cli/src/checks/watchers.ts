import { once } from "node:events";
import { connect } from "node:net";
import { dirname } from "node:path";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";
import { unwritable } from "./unwritable.ts";

const PATIENCE_MS = 5000;

/** Connects to where a URL leads, and asks it nothing. Names no more of the URL than its host. */
async function reach(check: "watchdog" | "traces", subject: string, url: URL): Promise<Finding> {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const place = `${url.hostname}:${port}`;
  return await findingOf(check, subject, async () => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port });
    try {
      await once(socket, "connect", { signal: AbortSignal.timeout(PATIENCE_MS) });
      return `${place} takes connections; nothing was asked.`;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const cure = "Check the URL, DNS, proxy and firewall; nights go on without it.";
      return { status: "warning", detail: `${place} cannot be reached (${code ?? "error"}). ${cure}` };
    } finally {
      socket.destroy();
    }
  });
}

/** Can those be reached who watch the nights? A ping is not sent. */
export async function* watcherFindings({ operations }: Pick<Config, "operations">): AsyncGenerator<Finding> {
  const { metrics, ping, traces } = operations;
  if (metrics !== null) {
    yield await findingOf("metrics", metrics, async () => {
      const problem = unwritable(dirname(metrics), "folder");
      return problem === null ? "Its folder can be written." : { status: "warning", detail: problem };
    });
  }
  for (const [name, url] of Object.entries(ping)) {
    if (url !== null) yield await reach("watchdog", name, new URL(url.reveal()));
  }
  if (traces !== null) yield await reach("traces", new URL(traces).origin, new URL(traces));
}
