import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { type RawServer, startRawServer } from "@nightledger/simulator/raw";
import { afterEach, expect, test } from "vitest";
import {
  CloudError,
  ContractError,
  DEFAULT_LIMITS,
  listSecurityRisk,
  openCloud,
  openNetwork,
  Secret,
} from "../index.ts";
import { probe } from "../probe.ts";

const BODY = JSON.stringify({ total_risk_num: 7 });
const MAX_BODY_BYTES = 64 * 1024;
const TARGET = {
  account: "a",
  region: "ap-southeast-3",
  projectId: "p",
  projectName: "ap-southeast-3",
  enterpriseProjectId: "all_granted_eps",
};

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function cloudAt(url: string, given: Partial<typeof DEFAULT_LIMITS> = {}) {
  const limits = {
    ...DEFAULT_LIMITS,
    timeoutMs: 5000,
    retries: 0,
    retryMinMs: 1,
    maxBodyBytes: MAX_BODY_BYTES,
    ...given,
  };
  const network = openNetwork({ concurrency: 4, limits, quota: null });
  open.push(() => network.close());
  return openCloud({
    account: "a",
    credential: { kind: "key", ak: "AK", sk: new Secret("SK") },
    endpoints: { iam: url, eps: url, hss: url },
    limits,
    network,
  });
}

async function serve(answer: (socket: Socket) => void): Promise<RawServer> {
  const server = await startRawServer(answer);
  open.push(() => server.close());
  return server;
}

const head = (headers: Record<string, string | number>, status = "200 OK"): string =>
  [`HTTP/1.1 ${status}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", ""].join(
    "\r\n",
  );

function whole(body: Buffer, headers: Record<string, string> = {}, status = "200 OK"): Buffer {
  return Buffer.concat([Buffer.from(head({ ...headers, "Content-Length": body.length }, status)), body]);
}

/** What became of the risk list of one target: its total, or what went wrong. */
async function asked(url: string, limits: Partial<typeof DEFAULT_LIMITS> = {}) {
  try {
    return (await listSecurityRisk(cloudAt(url, limits), TARGET)).riskList.totalRiskNum;
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
}

const plain = Buffer.from(BODY);

test.each([
  ["gzip", gzipSync(plain)],
  ["GZip", gzipSync(plain)],
  ["x-gzip", gzipSync(plain)],
  ["identity", plain],
  ["", plain],
  ["gzip, identity", gzipSync(plain)],
  [" identity ,\tGZIP", gzipSync(plain)],
  ["deflate", deflateSync(plain)],
  ["br", brotliCompressSync(plain)],
  ["zstd", zstdCompressSync(plain)],
  ["deflate, gzip", gzipSync(deflateSync(plain))],
])('an answer with Content-Encoding "%s" is read', async (coding, body) => {
  const { url } = await serve((socket) => socket.end(whole(body, { "Content-Encoding": coding })));
  expect(await asked(url)).toBe(7);
});

const halfGzip = gzipSync(plain).subarray(0, 20);

test.each([
  ["compress", gzipSync(plain), "which we do not know"],
  ["gzip, exi", gzipSync(plain), "which we do not know"],
  ["gzip", plain, "and the body is not gzip"],
  ["gzip", halfGzip, "and the body is not gzip"],
  ["deflate", plain, "and the body is not deflate"],
  ["br", Buffer.from("<html>no</html>"), "and the body is not br"],
  ["gzip, gzip", gzipSync(plain), "and the body is not gzip"],
  ["gzip, gzip, gzip, gzip", gzipSync(plain), "which are more than 3 codings"],
])(
  'an answer whose Content-Encoding "%s" is false is of kind contract, and is kept',
  async (coding, body, why) => {
    const { url, asked: calls } = await serve((socket) =>
      socket.end(whole(body, { "Content-Encoding": coding })),
    );
    const failure = await asked(url, { retries: 2 });
    expect(failure).toBeInstanceOf(ContractError);
    expect(failure).toMatchObject({
      failureKind: "contract",
      message: `The answer of ListSecurityRisk is not what its header says: Content-Encoding is "${coding}", ${why}.`,
      body,
    });
    expect(calls).toHaveLength(1);
  },
);

test("a body without a length that is cut in its coding is of kind network", async () => {
  const { url, asked: calls } = await serve((socket) =>
    socket.end(Buffer.concat([Buffer.from(head({ "Content-Encoding": "gzip" })), halfGzip])),
  );
  expect(await asked(url, { retries: 1 })).toMatchObject({ failureKind: "network" });
  expect(calls).toHaveLength(2);
});

const unfinished = '{"total_risk_num": 7, "alarm_risk": {"policy_list": [{"policy_name": "}]}';

test.each([
  ["closed", (socket: Socket) => void socket.end()],
  ["reset", (socket: Socket) => void setTimeout(() => socket.resetAndDestroy(), 20)],
])(
  "a plain body without a length whose connection is %s in its middle is of kind network",
  async (_, end) => {
    const { url, asked: calls } = await serve((socket) =>
      socket.write(`${head({ "Content-Type": "application/json" })}${unfinished}`, () => end(socket)),
    );
    expect(await asked(url, { retries: 1 })).toMatchObject({ failureKind: "network" });
    expect(calls).toHaveLength(2);
  },
);

test.each(["<html>", '{"total_risk_num": NaN}', "", '{"total_risk_num": 7}}'])(
  "a body without a length that is finished and no JSON is of kind contract: %j",
  async (text) => {
    const { url } = await serve((socket) => socket.end(`${head({})}${text}`));
    expect(await asked(url)).toMatchObject({ failureKind: "contract" });
  },
);

test.each([
  ["gzip", gzipSync(Buffer.alloc(4 * MAX_BODY_BYTES))],
  ["br", brotliCompressSync(Buffer.alloc(4 * MAX_BODY_BYTES))],
  ["gzip, gzip", gzipSync(gzipSync(Buffer.alloc(4 * MAX_BODY_BYTES)))],
])("a body that %s made small is bounded by its size unpacked", async (coding, body) => {
  const { url } = await serve((socket) => socket.end(whole(body, { "Content-Encoding": coding })));
  expect(await asked(url)).toMatchObject({ failureKind: "too_large" });
});

test("a body that comes piece by piece for ever is left, and its connection is closed", async () => {
  const server = await serve((socket) => {
    socket.write(head({ "Content-Encoding": "gzip", "Transfer-Encoding": "chunked" }));
    const timer = setInterval(() => socket.write("1\r\n \r\n"), 20);
    socket.on("close", () => clearInterval(timer));
  });
  expect(await asked(server.url, { timeoutMs: 100 })).toMatchObject({ failureKind: "timeout" });
  while (server.open > 0) await sleep(5);
  const cloud = cloudAt(server.url, { timeoutMs: 100 });
  const [egress] = cloud.network.egresses;
  await expect(probe(server.url, egress as NonNullable<typeof egress>, cloud.limits)).rejects.toMatchObject({
    failureKind: "timeout",
  });
  while (server.open > 0) await sleep(5);
});

test.each([
  ["401 Unauthorized", "credential", 1],
  ["503 Service Unavailable", "cloud", 2],
])("a status of %s is believed whose body never ends", async (status, failureKind, calls) => {
  const server = await serve((socket) => {
    socket.write(`${head({ "Content-Length": 100 }, status)}{`);
  });
  expect(await asked(server.url, { timeoutMs: 100, retries: 1 })).toMatchObject({ failureKind });
  expect(server.asked).toHaveLength(calls);
});

const throttled = (retryAfter: string | null, message = "The throttling threshold has been reached") =>
  whole(
    Buffer.from(JSON.stringify({ error_code: "APIGW.0308", error_msg: message })),
    retryAfter === null ? {} : { "Retry-After": retryAfter },
    "429 Too Many Requests",
  );

test("a Retry-After that is a date is waited for", async () => {
  const answers = [throttled(new Date(Date.now() + 2000).toUTCString()), whole(plain)];
  const times: number[] = [];
  const { url } = await serve((socket) => {
    times.push(Date.now());
    socket.write(answers.shift() ?? "");
  });
  expect(await asked(url)).toBe(7);
  // a date has whole seconds
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(900);
});

test.each([
  ["Retry-After of three years", throttled("99999999")],
  ["Retry-After without an end", throttled("9".repeat(400))],
  ["Retry-After in the next century", throttled("Fri, 01 Jan 2100 00:00:00 GMT")],
  ["a quota by the day", throttled(null, "policy user over ratelimit,limit:5,time:1 day")],
])("%s is not waited for: the target is missing at once", async (_, refusal) => {
  const { url, asked: calls } = await serve((socket) => socket.write(refusal));
  expect(await asked(url, { retries: 3 })).toMatchObject({ failureKind: "throttled", attempts: 1 });
  expect(calls).toHaveLength(1);
});
