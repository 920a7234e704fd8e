import { generateKeyPairSync } from "node:crypto";
import { Secret } from "@nightledger/core/secret";
import { type MailServer, startMailServer } from "@nightledger/simulator/mail";
import PostalMime, { type Email } from "postal-mime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parcelFor, writeEdition } from "../test-parcels.ts";
import { openPost, type Post, settingsFor } from "../test-post.ts";
import { composeMail } from "./compose-mail.ts";
import type { MailSettings } from "./mail-settings.ts";

let post: Post;
let server: MailServer;

beforeEach(async () => {
  post = await openPost();
  server = await startMailServer();
});
afterEach(async () => {
  await server.close();
  await post.remove();
});

const raw = () => server.mails[0]?.raw ?? Buffer.alloc(0);
const parsed = (): Promise<Email> => PostalMime.parse(raw());
/** The names of the headers on the wire, folded lines aside. */
const headerNames = () =>
  raw()
    .toString("latin1")
    .split("\r\n\r\n", 1)[0]
    ?.split(/\r\n(?![ \t])/)
    .map((line) => line.split(":", 1)[0]?.toLowerCase());

const OURS = [
  "auto-submitted",
  "from",
  "to",
  "subject",
  "message-id",
  "date",
  "mime-version",
  "content-type",
];

const INJECTION = "shop\r\nBcc: eve@example.com\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>";

test.each([
  ["line breaks", INJECTION],
  ["a bare line feed", "shop\nBcc: eve@example.com"],
  ["a bare carriage return", "shop\rBcc: eve@example.com"],
  ["Unicode's line separators", "shop\u2028Bcc: eve@example.com\u2029\u0085X: y"],
  ["an encoded word", "=?utf-8?q?shop=0D=0ABcc:_eve@example.com?="],
  ["Chinese", "生产环境 — 安全风险摘要，2026年11月24日：得分 68.2（−1.3）"],
  ["a name as long as can be", "x".repeat(2000)],
  ["controls and overrides", "a\u0000b\u202ec\u0007d"],
])("a subject with %s makes no header of its own", async (_, subject) => {
  const manifest = writeEdition(post.reports, {}, { subject });
  await post.enqueue(parcelFor("ann@example.com", { manifest, letter: null }));
  await post.send(settingsFor(server));
  expect(headerNames()).toEqual(OURS);
  const mail = await parsed();
  expect(mail.subject?.replace(/\s+/gu, " ")).toBe(subject.replace(/[\s\p{Cc}]+/gu, " ").trim());
  expect(mail.to).toEqual([{ name: "", address: "ann@example.com" }]);
  expect(server.mails.map(({ to }) => to)).toEqual([["ann@example.com"]]);
});

const compose = async (settings: Partial<MailSettings>, to: MailSettings["from"]) =>
  await composeMail(
    { to, id: "id", subject: "S", html: "<p>H</p>", text: "T", attachments: [], date: new Date(0) },
    settingsFor(server, settings),
  );

test.each([
  ["line breaks", `Ann${INJECTION}`, "AnnshopBcc: eve@example.com"],
  ["quotes and addresses", 'Ann" <eve@example.com>, "', 'Ann" <eve@example.com>, "'],
  ["Chinese", "安全团队", "安全团队"],
])("a recipient's name with %s names nobody else", async (_, name) => {
  const message = await compose({}, { name, address: "ann@example.com" });
  const mail = await PostalMime.parse(message);
  expect(mail.to?.map(({ address }) => address)).toEqual(["ann@example.com"]);
  expect(mail.to?.[0]?.name).toBe(name.replace(/[\s\p{Cc}]+/gu, " ").trim());
  expect(mail.bcc).toBe(undefined);
  expect(mail.headers.map(({ key }) => key)).toEqual(OURS);
});

test("bodies and attachments are read back byte for byte, whatever is in them", async () => {
  const pdf = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 256));
  const text = `.\r\n..two dots\n.\n${"long ".repeat(400)}\nÜber 生产 =20 =\r\n\nFrom the start\n`.replaceAll(
    "\r\n",
    "\n",
  );
  const html = `<body><!--notices--><p>${"生产 ".repeat(500)}&lt;script&gt;</p>\n.\n<!--attachments--></body>`;
  const manifest = writeEdition(post.reports, { ".pdf": pdf }, { html, text });
  const notice = { html: "<tr><td>Partial $& night</td></tr>", text: "Partial $& night" };
  await post.enqueue(
    parcelFor("ann@example.com", {
      manifest,
      attach: ["pdf"],
      letter: null,
      mark: "[不完整]",
      notices: [notice],
    }),
  );
  await post.send(settingsFor(server));
  const mail = await parsed();
  expect(mail.subject).toBe("[不完整] A subject");
  // a parser ends the last line once more
  expect(mail.text?.replaceAll("\r\n", "\n").trimEnd()).toBe(`Partial $& night\n\n${text.trim()}`);
  expect(mail.html?.replaceAll("\r\n", "\n")).toBe(
    html.replace("<!--notices-->", () => notice.html).replace("<!--attachments-->", ""),
  );
  expect(mail.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ["2026-11-24_executive-summary_all_en_e1.pdf", "application/pdf"],
  ]);
  expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer).equals(pdf)).toBe(true);
});

test("a mailbox outside of ASCII gets its mail", async () => {
  await post.enqueue(parcelFor("李雷@例え.jp"), parcelFor("ann@bücher.example"));
  await post.send(settingsFor(server));
  expect((await post.deliveries()).map(({ recipient, state }) => [recipient, state])).toEqual([
    ["李雷@例え.jp", "sent"],
    ["ann@bücher.example", "sent"],
  ]);
  expect(server.mails.map(({ to }) => to)).toEqual([["李雷@例え.jp"], ["ann@bücher.example"]]);
});

test("a mail is signed with DKIM where a key is configured", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = new Secret(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const message = await compose(
    { dkim: { domain: "example.com", selector: "night", key } },
    "ann@example.com",
  );
  const header =
    message
      .toString()
      .split("\r\n\r\n", 1)[0]
      ?.replace(/\r\n[ \t]+/g, " ") ?? "";
  expect(header).toMatch(
    /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=example\.com;.* s=night;.* bh=/,
  );
  expect(header).toMatch(/ h=from:subject:date:message-id:to:/);
});

test("the same delivery has the same Message-ID, another one another", async () => {
  await post.enqueue(parcelFor("ann@example.com"), { ...parcelFor("ann@example.com"), edition: 2 });
  await post.send(settingsFor(server));
  const [first, second] = (await post.deliveries()).map(({ message_id }) => message_id);
  expect(first).toMatch(/^<nightledger\.[0-9a-f]{40}@example\.com>$/);
  expect(second).not.toBe(first);
  expect((await parsed()).messageId).toBe(first);
});
