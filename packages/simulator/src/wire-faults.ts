import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { gatewayRefusal, hssRefusal, type Refusal, wrongCredential } from "./http-answer.ts";

/** What would be sent if nothing struck. */
export interface Sent {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What a fault of a rule may be told. */
export interface WireFaultSettings {
  /** How long slow faults take. Milliseconds; default 300. */
  delayMs: number;
  /** Where a redirect leads. */
  to: string;
  /** How far a wrong Date is ahead. Milliseconds. */
  aheadMs: number;
}

type WireFault = (out: ServerResponse, sent: Sent, settings: WireFaultSettings) => unknown;

const PAGE =
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>maintenance</body></html>";
const LARGE_BYTES = 30 * 1024 * 1024;
let bomb: Buffer | undefined;
const CHUNK = Buffer.alloc(64 * 1024, 0x20);

/** The gateway's answer in place of the backend's. */
const backend = (status: number, code: string, message: string): WireFault =>
  refuse(() => gatewayRefusal(status, code, message));

function refuse(refusal: () => Refusal): WireFault {
  return (out, sent) => {
    const { answer } = refusal();
    out.writeHead(answer.status, { ...sent.headers, ...answer.headers });
    out.end(JSON.stringify(answer.body));
  };
}

const withStatus200 = (refusal: Refusal): Refusal => ({
  ...refusal,
  answer: { ...refusal.answer, status: 200 },
});

/** Sends a body whose bytes are not what JSON.stringify writes. */
function sendAs(change: (body: string) => string | Buffer): WireFault {
  return (out, sent) => {
    out.writeHead(sent.status, sent.headers);
    out.end(change(sent.body));
  };
}

/** The first points of an answer, given twice. */
const pointsTwice = (body: string, second: (points: string) => string): string =>
  body.replace(
    /"deduct_score":([\d.]+)/,
    (first, points: string) => `${first},"deduct_score":${second(points)}`,
  );

/** "Baseline" in Chinese, as GBK has it. */
const GBK_NAME = Buffer.from([0xbb, 0xf9, 0xcf, 0xdf]);

/** Sends a body in pieces with a pause between; the other side may go away meanwhile. */
async function trickle(out: ServerResponse, body: string, pieces: number, pauseMs: number): Promise<void> {
  const size = Math.ceil(body.length / pieces);
  for (let at = 0; at < body.length && !out.destroyed; at += size) {
    out.write(body.slice(at, at + size));
    await sleep(pauseMs);
  }
  out.end();
}

async function sendLarge(out: ServerResponse, sent: Sent): Promise<void> {
  out.writeHead(sent.status, sent.headers);
  const chunks = function* () {
    yield Buffer.from(sent.body);
    for (let size = 0; size < LARGE_BYTES; size += CHUNK.length) yield CHUNK;
  };
  // the other side goes away when it has seen enough
  await pipeline(Readable.from(chunks()), out).catch(() => {});
}

const dateAt = (aheadMs: number): string => new Date(Date.now() + aheadMs).toUTCString();

const half = (body: string): string => body.slice(0, Math.floor(body.length / 2));

const WIRE: Record<string, WireFault> = {
  http_408: backend(408, "APIGW.0201", "Request timeout"),
  http_500: backend(500, "APIGW.0605", "Failed to resolve the domain name of the backend"),
  http_502: backend(502, "APIGW.0202", "Backend unavailable"),
  http_503: backend(503, "APIGW.0613", "IAM unavailable"),
  http_504: backend(504, "APIGW.0203", "Backend timeout"),
  http_404: backend(404, "APIGW.0101", "The API does not exist or has not been published in the environment"),
  throttled: (out, sent, { delayMs }) => {
    const refusal = gatewayRefusal(429, "APIGW.0308", "The throttling threshold has been reached");
    refusal.answer.headers = { "Retry-After": String(Math.round(delayMs / 1000)) };
    refuse(() => refusal)(out, sent, { delayMs, to: "", aheadMs: 0 });
  },
  unauthorized: refuse(() => wrongCredential("decrypt token fail")),
  forbidden: backend(403, "APIGW.0302", "The IAM user is not allowed to access the API"),
  permission: refuse(() => hssRefusal("HSS.0013", "Insufficient permissions.")),
  access_denied: refuse(() => hssRefusal("HSS.0010", "Access denied.")),
  invalid_parameter: refuse(() => hssRefusal("HSS.0001", "参数无效。")),
  /** A gateway in between turns the status of every error into 200. */
  permission_200: refuse(() => withStatus200(hssRefusal("HSS.0013", "Insufficient permissions."))),
  throttled_200: (out, sent, settings) => {
    const refusal = gatewayRefusal(429, "APIGW.0308", "The throttling threshold has been reached");
    refusal.answer.headers = { "Retry-After": String(Math.round(settings.delayMs / 1000)) };
    refuse(() => withStatus200(refusal))(out, sent, settings);
  },
  frozen: backend(403, "APIGW.0310", "The project is unavailable."),
  address_unknown: backend(403, "APIGW.0401", "Unknown client IP address."),
  address_refused: backend(403, "APIGW.0402", "The IP address is not authorized to access the API."),
  not_available: backend(403, "APIGW.0801", "The service is not available in the current region."),
  slow_headers: async (out, sent, { delayMs }) => {
    await sleep(delayMs);
    if (out.destroyed) return;
    out.writeHead(sent.status, sent.headers);
    out.end(sent.body);
  },
  slow_body: async (out, sent, { delayMs }) => {
    out.writeHead(sent.status, sent.headers);
    await trickle(out, sent.body, 3, delayMs / 3);
  },
  /** Never silent for long, and never done: each piece comes in time, the whole does not. */
  trickle: async (out, sent, { delayMs }) => {
    out.writeHead(sent.status, sent.headers);
    await trickle(out, sent.body, 1000, delayMs);
  },
  stall: () => {},
  stall_body: (out, sent) => {
    out.writeHead(sent.status, sent.headers);
    out.write(half(sent.body));
  },
  reset: (out) => out.destroy(),
  reset_body: (out, sent) => {
    out.writeHead(sent.status, { ...sent.headers, "Content-Length": String(Buffer.byteLength(sent.body)) });
    out.write(half(sent.body), () => out.destroy());
  },
  truncated_json: (out, sent) => {
    out.writeHead(sent.status, sent.headers);
    out.end(half(sent.body));
  },
  empty_body: (out, sent) => {
    out.writeHead(sent.status, sent.headers);
    out.end();
  },
  byte_order_mark: sendAs((body) => `\ufeff${body}`),
  gbk_name: sendAs((body) => {
    const [start, ...rest] = body.split('"policy_name":"');
    const after = rest.join('"policy_name":"');
    return Buffer.concat([Buffer.from(`${start}"policy_name":"`), GBK_NAME, Buffer.from(after)]);
  }),
  repeated_key: sendAs((body) => pointsTwice(body, (points) => points)),
  contradicted_key: sendAs((body) => pointsTwice(body, (points) => String(Number(points) + 1))),
  wrong_content_type: (out, sent) => {
    out.writeHead(sent.status, { ...sent.headers, "Content-Type": "text/plain" });
    out.end(sent.body);
  },
  html_page: (out, sent) => {
    out.writeHead(sent.status, { ...sent.headers, "Content-Type": "text/html" });
    out.end(PAGE);
  },
  html_error: (out, sent) => {
    out.writeHead(502, { ...sent.headers, "Content-Type": "text/html" });
    out.end(PAGE);
  },
  gzip: (out, sent) => {
    out.writeHead(sent.status, { ...sent.headers, "Content-Encoding": "gzip" });
    out.end(gzipSync(sent.body));
  },
  broken_gzip: (out, sent) => {
    out.writeHead(sent.status, { ...sent.headers, "Content-Encoding": "gzip" });
    out.end(sent.body);
  },
  gzip_bomb: (out, sent) => {
    out.writeHead(sent.status, { ...sent.headers, "Content-Encoding": "gzip" });
    bomb ??= gzipSync(Buffer.alloc(LARGE_BYTES, 0x20));
    out.end(bomb);
  },
  large_body: sendLarge,
  wrong_date: (out, sent, { aheadMs }) => {
    out.writeHead(sent.status, { ...sent.headers, Date: dateAt(aheadMs) });
    out.end(sent.body);
  },
  /** As a cache between gives it: its Date is of earlier, and Age says by how much. */
  cached_date: (out, sent, { aheadMs }) => {
    const age = String(Math.abs(Math.round(aheadMs / 1000)));
    out.writeHead(sent.status, { ...sent.headers, Date: dateAt(-Math.abs(aheadMs)), Age: age });
    out.end(sent.body);
  },
  no_date: (out, sent) => {
    const { Date: _, ...headers } = sent.headers;
    out.sendDate = false;
    out.writeHead(sent.status, headers);
    out.end(sent.body);
  },
  redirect: (out, sent, { to }) => {
    out.writeHead(302, { ...sent.headers, Location: to });
    out.end();
  },
};

/** Faults of the transport and the gateway. */
export const WIRE_FAULTS: readonly string[] = Object.keys(WIRE);

/** Sends what the fault makes of an answer. */
export async function strike(
  fault: string,
  out: ServerResponse,
  sent: Sent,
  settings: WireFaultSettings,
): Promise<void> {
  const send = Object.hasOwn(WIRE, fault) ? WIRE[fault] : undefined;
  if (send === undefined) throw new RangeError(`There is no fault ${fault}.`);
  await send(out, sent, settings);
}
