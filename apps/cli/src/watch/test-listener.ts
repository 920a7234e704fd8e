import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a listener was asked. */
export interface Heard {
  method: string;
  path: string;
  contentType: string;
  body: string;
}

/** A real HTTP server that keeps what it is asked. */
export interface Listener {
  url: string;
  heard: Heard[];
  /** What it answers; null is nothing at all, for ever. */
  answer(path: string): number | null;
  close(): Promise<void>;
}

export async function startListener(): Promise<Listener> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    listener.heard.push({
      method: request.method ?? "",
      path: request.url ?? "",
      contentType: request.headers["content-type"] ?? "",
      body: Buffer.concat(chunks).toString(),
    });
    const status = listener.answer(request.url ?? "");
    if (status !== null) response.writeHead(status).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const listener: Listener = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: [],
    answer: () => 200,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return listener;
}
