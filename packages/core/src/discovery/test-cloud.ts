import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test's cloud answers to one call. */
export interface TestAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A call as it came. */
export interface TestCall {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A cloud that answers whatever a test says. */
export interface TestCloud {
  url: string;
  calls: TestCall[];
  close(): Promise<void>;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Starts IAM, EPS and HSS on one loopback port. */
export async function startTestCloud(answer: (call: TestCall) => TestAnswer): Promise<TestCloud> {
  const calls: TestCall[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const call = { method, path, headers, body: await textOf(request) };
    calls.push(call);
    const { status = 200, headers: sent, body } = answer(call);
    response.writeHead(status, { "content-type": "application/json", ...sent });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
