import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DIRECT } from "@nightledger/core/proxy-routes";
import { Secret } from "@nightledger/core/secret";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parcelFor, writeEdition } from "../test-parcels.ts";
import { openPost, type Post } from "../test-post.ts";
import type { WebhookShape } from "./webhook-body.ts";
import { WebhookChannel } from "./webhook-channel.ts";

interface Posted {
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

let post: Post;
let server: Server;
let posted: Posted[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  post = await openPost();
  posted = [];
  answer = (_, response) => response.end("ok");
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    posted.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await post.remove();
});

const webhook = (shape: WebhookShape = "json", secret: Secret | null = null) => ({
  name: "chat",
  url: new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/canary-token`),
  secret,
  shape,
});

const HOSTILE = "<script>*_[shop](http://eve.example)_* & <@everyone>";

async function send(
  shape: WebhookShape = "json",
  secret: Secret | null = null,
  channel = new WebhookChannel([webhook(shape, secret)]),
): Promise<void> {
  const manifest = writeEdition(
    post.reports,
    { ".pdf": Buffer.from("%PDF") },
    { subject: HOSTILE, text: `Score 68.2\n${HOSTILE}` },
  );
  await post.enqueue({
    ...parcelFor("chat", { manifest, attach: ["pdf"], letter: null }),
    channel: "webhook",
  });
  await post.send(null, { webhook: channel });
}

const body = () => JSON.parse(posted[0]?.body ?? "null");

test("our own JSON tells the night, the report and its files", async () => {
  await send();
  expect(await post.deliveries()).toMatchObject([{ state: "sent", answer: "HTTP 200: ok", attempts: 1 }]);
  expect(body()).toMatchObject({
    schemaVersion: 1,
    kind: "report",
    report: "executive-summary",
    audience: null,
    dataDate: "2026-11-24",
    edition: 1,
    subject: HOSTILE,
    text: `Score 68.2\n${HOSTILE}\n`,
  });
  expect(body().files[0]).toEqual({
    format: "pdf",
    name: "2026-11-24_executive-summary_all_en_e1.pdf",
    bytes: 4,
    sha256: "315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
  });
});

test("what is posted is signed over its time, so that its receiver knows it is ours", async () => {
  await send("json", new Secret("hush"));
  const signature = String(posted[0]?.headers["x-nightledger-signature"]);
  const [, time = "", mac = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  expect(mac).toBe(createHmac("sha256", "hush").update(`${time}.${posted[0]?.body}`).digest("hex"));
  expect(posted[0]?.headers["x-nightledger-delivery"]).toBe("1");
});

test("Slack shows a hostile name as it is", async () => {
  await send("slack");
  expect(body().text).toBe("&lt;script&gt;*_[shop](http://eve.example)_* &amp; &lt;@everyone&gt;");
  expect(body().blocks.map((block: { text: { type: string } }) => block.text.type)).toEqual([
    "plain_text",
    "plain_text",
  ]);
});

test("Teams shows a hostile name as it is", async () => {
  await send("teams");
  const [card] = body().attachments;
  expect(card.contentType).toBe("application/vnd.microsoft.card.adaptive");
  expect(card.content.body.map(({ text }: { text: string }) => text)).toEqual([
    String.raw`\<script\>\*\_\[shop\]\(http://eve\.example\)\_\* & \<@everyone\>`,
    String.raw`Score 68\.2`,
    String.raw`\<script\>\*\_\[shop\]\(http://eve\.example\)\_\* & \<@everyone\>`,
  ]);
});

test.each([
  [204, "sent"],
  [302, "refused"],
  [404, "refused"],
  [429, "deferred"],
  [500, "deferred"],
])("an answer of %i is %s", async (status, state) => {
  answer = (_, response) => response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
  await send();
  expect(await post.deliveries()).toMatchObject([{ state, answer: `HTTP ${status}` }]);
  expect(posted.length).toBe(1);
});

test("a connection that is lost after the post is unknown, and never posted again by itself", async () => {
  answer = (request) => void request.socket.destroy();
  await send();
  await post.send(null, { webhooks: [webhook()], until: new Date(Date.now() + 10_000) });
  expect(await post.deliveries()).toMatchObject([
    { state: "unknown", answer: expect.stringContaining("it may have arrived, or not") },
  ]);
  expect(posted.length).toBe(1);
});

test("nobody listens: it is deferred, and the ledger does not hold the URL, which may be a secret", async () => {
  const gone = webhook();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await post.enqueue({ ...parcelFor("chat"), channel: "webhook" });
  await post.send(null, { webhooks: [gone] });
  expect(await post.deliveries()).toMatchObject([
    { state: "deferred", answer: "No connection (ECONNREFUSED)" },
  ]);
  expect(JSON.stringify(await post.deliveries())).not.toContain("canary-token");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

test("a webhook that is not configured any more is refused, not forgotten", async () => {
  await post.enqueue({ ...parcelFor("chat"), channel: "webhook" });
  await post.send(null);
  expect(await post.deliveries()).toMatchObject([
    { state: "refused", answer: 'The configuration has no webhook "chat" any more' },
  ]);
});

test("an answer that never ends does not hold up the delivery, which has its status by then", async () => {
  let timer: NodeJS.Timeout | undefined;
  answer = (_, response) => {
    response.writeHead(200);
    timer = setInterval(() => response.write("."), 10);
  };
  try {
    await send("json", null, new WebhookChannel([webhook()], DIRECT, 200));
  } finally {
    clearInterval(timer);
  }
  expect(await post.deliveries()).toMatchObject([{ state: "sent", answer: "HTTP 200", attempts: 1 }]);
});
