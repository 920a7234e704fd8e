import { randomUUID } from "node:crypto";
import { existsSync, type FSWatcher, watch } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CONTENT_POLICY, POLICY_TAG } from "../html/content-policy.ts";
import { errorPage } from "./error-page.ts";

export interface PreviewOptions {
  /** Makes the document anew; what it throws is shown in its place. */
  make: () => Promise<string>;
  /** Folders whose changes ask for a new one. */
  folders: readonly string[];
  /** 0 takes a free one. */
  port?: number;
  /** Told after each making: how long it took, or why it failed. */
  made?: (result: { ms: number } | { error: Error }) => void;
}

/** A report in the browser that follows its files. */
export interface Preview {
  url: string;
  close(): Promise<void>;
}

/** Editors write a file in several steps. */
const SETTLE_MS = 60;
const EVENTS = "/nightledger-preview";

/** The report's own policy, and one script beside it: ours. What it may do is the header's to say, not the page's. */
const policyFor = (nonce: string): string =>
  `${CONTENT_POLICY}; script-src 'nonce-${nonce}'; connect-src 'self'; frame-ancestors 'none'`;

/** The page asks to be told of a newer one; the report itself has no script. */
const reloader = (nonce: string): string => `<script nonce="${nonce}">
new EventSource("${EVENTS}").onmessage = () => {
  sessionStorage.setItem("y", String(scrollY));
  location.reload();
};
addEventListener("load", () => scrollTo(0, Number(sessionStorage.getItem("y") ?? 0)));
</script>`;

function watchFolders(folders: readonly string[], changed: () => void): FSWatcher[] {
  let settling: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLE_MS);
  };
  return folders
    .filter((folder) => existsSync(folder))
    .map((folder) => watch(folder, { recursive: true }, later));
}

/** Serves a document on 127.0.0.1, and makes it anew whenever a file of its folders changes. */
export async function startPreview({ make, folders, port = 0, made }: PreviewOptions): Promise<Preview> {
  const listeners = new Set<ServerResponse>();
  let page = "";

  async function remake(): Promise<void> {
    const startedAt = performance.now();
    try {
      page = await make();
      made?.({ ms: performance.now() - startedAt });
    } catch (error) {
      page = errorPage(error);
      made?.({ error: error as Error });
    }
    for (const listener of listeners) listener.write("data: made\n\n");
  }

  // one at a time, and one more if something changed meanwhile
  let making = remake();
  let isWaiting = false;
  const changed = () => {
    if (isWaiting) return;
    isWaiting = true;
    making = making.then(() => {
      isWaiting = false;
      return remake();
    });
  };

  const server = createServer((request, response) => {
    if (request.headers.host !== new URL(url).host) return void response.writeHead(403).end();
    if (request.url === EVENTS) {
      response
        .writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" })
        .flushHeaders();
      listeners.add(response);
      return void response.on("close", () => listeners.delete(response));
    }
    if (request.url !== "/") return void response.writeHead(404).end();
    const nonce = randomUUID();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policyFor(nonce),
      "x-content-type-options": "nosniff",
    });
    response.end(`${page.replace(POLICY_TAG, "")}${reloader(nonce)}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await making;
  const watchers = watchFolders(folders, changed);

  return {
    url,
    async close() {
      for (const watcher of watchers) watcher.close();
      await making;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
