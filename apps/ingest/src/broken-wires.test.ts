import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { type RawServer, startRawServer } from "@nightledger/simulator/raw";
import { type Ledger, openLedger } from "@nightledger/store";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ingest } from "./ingest.ts";
import type { IngestJob } from "./job.ts";

const DATE = "2026-11-24";
const LIMITS = { ...DEFAULT_LIMITS, retries: 1, retryMinMs: 1, timeoutMs: 250 };
const REGION = "ap-southeast-3";

/** What breaks on the way, and the kind that it has. */
const WIRES = {
  cut: { kind: "network", end: (socket: Socket) => socket.end() },
  reset: { kind: "network", end: (socket: Socket) => socket.resetAndDestroy() },
  stalled: { kind: "timeout", end: () => {} },
} as const;
const FORMS = ["plain", "chunked", "gzip", "gzip in chunks"] as const;
const SERVICES = ["IAM", "EPS", "HSS"] as const;

/** The answer to `GET /ACCOUNT/…`: each account has a domain and a project of its own. */
function answerTo(line: string): object {
  const [, account = ""] = /^GET \/([^/]+)\//.exec(line) ?? [];
  if (line.includes("/v3/")) {
    const project = { id: `project-${account}`, name: REGION, enabled: true, is_domain: false };
    return { projects: [{ ...project, domain_id: `domain-${account}` }] };
  }
  return line.includes("/enterprise-projects")
    ? { enterprise_projects: [{ id: "0", name: "default", status: 1 }], total_count: 1 }
    : { total_risk_num: 7, padding: "" };
}

const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

/** An answer in one of the forms, as it is on the wire: its headers, and its body. */
function onWire(form: (typeof FORMS)[number], answer: object): { head: string; body: Buffer; whole: Buffer } {
  const json = Buffer.from(JSON.stringify(answer));
  const isChunked = form.endsWith("chunked") || form.endsWith("chunks");
  const coded = form.startsWith("gzip") ? gzipSync(json) : json;
  const headers = [
    "HTTP/1.1 200 OK",
    "Content-Type: application/json",
    ...(form.startsWith("gzip") ? ["Content-Encoding: gzip"] : []),
    isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${coded.length}`,
  ];
  const body = isChunked ? chunk(coded) : coded;
  const whole = isChunked ? Buffer.concat([body, Buffer.from("0\r\n\r\n")]) : body;
  return { head: `${headers.join("\r\n")}\r\n\r\n`, body, whole };
}

let good: RawServer;
let folder: string;
let ledger: Ledger;

beforeAll(async () => {
  good = await startRawServer((socket, line) => {
    const { head, whole } = onWire("plain", answerTo(line));
    socket.write(Buffer.concat([Buffer.from(head), whole]));
  });
});

afterAll(async () => {
  await good.close();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-wires-"));
  ledger = await openLedger(join(folder, "ledger.db"));
});

afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** A night of an account whose services all answer, and of three that each have one service elsewhere. */
async function nightWith(url: string, limits: typeof LIMITS, ends: Partial<IngestJob> = {}) {
  const network = openNetwork({ concurrency: 8, limits, quota: null });
  const account = (name: string, elsewhere?: (typeof SERVICES)[number]) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak: name, sk: new Secret("SK") },
      endpoints: {
        iam: `${elsewhere === "IAM" ? url : good.url}/${name}`,
        eps: `${elsewhere === "EPS" ? url : good.url}/${name}`,
        hss: `${elsewhere === "HSS" ? url : good.url}/${name}`,
      },
      limits,
      network,
    }),
    enterpriseProjects: "each" as const,
  });
  const bad = SERVICES.map((service) => account(`bad-${service}`, service));
  try {
    const accounts = [account("good"), ...bad];
    const { status } = await ingest(ledger, { dataDate: DATE, accounts, concurrency: 8, ...ends });
    const rows = await ledger.db
      .selectFrom("coverage_target_daily")
      .select(["account", "outcome", "failure_kind"])
      .orderBy("account")
      .execute();
    return { status, rows: rows.map((row) => [row.account, row.outcome, row.failure_kind]) };
  } finally {
    await network.close();
  }
}

async function withBadServer<T>(
  form: (typeof FORMS)[number],
  end: (socket: Socket) => void,
  work: (bad: RawServer) => Promise<T>,
): Promise<T> {
  const bad = await startRawServer((socket, line) => {
    const { head, body } = onWire(form, answerTo(line));
    const half = body.subarray(0, Math.floor(body.length / 2));
    socket.write(Buffer.concat([Buffer.from(head), half]), () => end(socket));
  });
  try {
    return await work(bad);
  } finally {
    await bad.close();
  }
}

const CASES = Object.entries(WIRES).flatMap(([name, wire]) => FORMS.map((form) => ({ name, form, ...wire })));

test.each(CASES)(
  "a body that is $name ($form) at IAM, EPS or HSS takes no other target with it, and is of kind $kind",
  async ({ form, kind, end }) => {
    await withBadServer(form, end, async (bad) => {
      expect(await nightWith(bad.url, LIMITS)).toEqual({
        status: "partial",
        rows: [
          ["bad-EPS", "missing", kind],
          ["bad-HSS", "missing", kind],
          ["bad-IAM", "missing", kind],
          ["good", "fresh", null],
        ],
      });
      // each call was made twice
      expect(bad.asked).toHaveLength(6);
    });
  },
);

test.each(FORMS)("a body that is stalled (%s) does not hold up a deadline", async (form) => {
  const patient = { ...LIMITS, timeoutMs: 600_000 };
  const deadline = new AbortController();
  const discoveryDeadline = new AbortController();
  let stalled = 0;
  await withBadServer(
    form,
    () => {
      stalled += 1;
      // both that are stalled in discovery, then the risk list
      if (stalled === 2) setTimeout(() => discoveryDeadline.abort(), 200);
      if (stalled === 3) setTimeout(() => deadline.abort(), 200);
    },
    async (bad) => {
      const ends = { deadline: deadline.signal, discoveryDeadline: discoveryDeadline.signal };
      expect(await nightWith(bad.url, patient, ends)).toEqual({
        status: "partial",
        rows: [
          ["bad-EPS", "missing", "timeout"],
          ["bad-HSS", "missing", "not_attempted"],
          ["bad-IAM", "missing", "timeout"],
          ["good", "fresh", null],
        ],
      });
    },
  );
});
