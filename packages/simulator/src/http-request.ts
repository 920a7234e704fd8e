import type { IncomingMessage } from "node:http";
import { gatewayRefusal } from "./http-answer.ts";

/** A request that has been read whole. */
export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string;
}

/** The gateway's limit for signed calls. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw gatewayRefusal(413, "APIGW.0201", "Request entity too large");
    chunks.push(chunk);
  }
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const { host = "localhost" } = incoming.headers;
  return {
    method: incoming.method ?? "GET",
    url: new URL(incoming.url ?? "/", `http://${host}`),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

/** The body as JSON. @throws Refusal */
export function jsonBody(request: HttpRequest): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    throw gatewayRefusal(400, "APIGW.0201", "Bad request");
  }
}
