import {
  type MailFaults,
  type MailServer,
  type MailServerOptions,
  startMailServer,
} from "@nightledger/simulator/mail";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parcelFor, writeEdition } from "../test-parcels.ts";
import { login, openPost, type Post, settingsFor } from "../test-post.ts";
import type { MailSettings } from "./mail-settings.ts";

const ALL = ["ann@example.com", "ben@example.com", "cho@example.com"];

let post: Post;
let server: MailServer | null = null;

beforeEach(async () => {
  post = await openPost();
});
afterEach(async () => {
  await server?.close();
  server = null;
  await post.remove();
});

async function serve(faults: MailFaults = {}, options: MailServerOptions = {}): Promise<MailServer> {
  server = await startMailServer({ faults, ...options });
  return server;
}

const states = async () => (await post.deliveries()).map(({ state }) => state);
const received = () => server?.mails.map(({ to }) => to.join()) ?? [];
const answers = async () => [...new Set((await post.deliveries()).map(({ answer }) => answer))].join("\n");

interface Case {
  fault: string;
  faults?: MailFaults;
  options?: MailServerOptions;
  settings?: Partial<MailSettings>;
  /** Whether deferred mails are waited for. */
  patient?: boolean;
  states: string[];
  mails: string[];
  answer: RegExp;
}

const later = () => new Date(Date.now() + 20_000);
const [ann = "", ben = "", cho = ""] = ALL;
const same = (state: string) => ALL.map(() => state);

const CASES: Case[] = [
  { fault: "none", states: same("sent"), mails: ALL, answer: /^250 OK, taken as 1\n250 OK/ },
  {
    fault: "the password is refused",
    options: { login: { user: "night", password: "other" } },
    settings: login,
    states: same("deferred"),
    mails: [],
    answer: /cannot be used: 535 .*Authentication failed\. Check mail\.user and mail\.password/,
  },
  {
    fault: "one of three recipients is refused",
    faults: { recipients: { [ben]: "550 5.1.1 No such user" } },
    states: ["sent", "refused", "sent"],
    mails: [ann, cho],
    answer: /550 5\.1\.1 No such user\. Correct the recipient's address in publish or operators\./,
  },
  {
    fault: "greylisting, waited for",
    faults: { greylist: 2 },
    patient: true,
    states: same("sent"),
    mails: ALL,
    answer: /^250/,
  },
  {
    fault: "greylisting for longer than one waits",
    faults: { greylist: 99 },
    states: same("deferred"),
    mails: [],
    answer: /^451 4\.7\.1 Greylisted/,
  },
  {
    fault: "the sender is refused",
    faults: { sender: "550 5.7.1 Not you" },
    states: same("deferred"),
    mails: [],
    answer: /^550 5\.7\.1 Not you\. Set mail\.from to an address that the server takes from this host\.$/,
  },
  {
    fault: "the message is refused",
    faults: { message: "554 5.7.1 Refused by policy" },
    states: same("refused"),
    mails: [],
    answer: /^554 5\.7\.1 Refused by policy$/,
  },
  {
    fault: "the message is deferred, and taken later",
    faults: { message: "452 4.2.2 Mailbox full" },
    states: same("deferred"),
    mails: [],
    answer: /^452/,
  },
  {
    fault: "the connection is lost after the final dot",
    faults: { dropAfterDot: 1 },
    states: ["unknown", "sent", "sent"],
    mails: ALL,
    answer: /after the whole mail was sent: it may have arrived, or not/,
  },
  {
    fault: "no STARTTLS",
    options: { tls: "off" },
    states: same("deferred"),
    mails: [],
    answer: /STARTTLS.*mail\.tls has to be what the server speaks/,
  },
  {
    fault: "a certificate of nobody we know",
    settings: { ca: undefined },
    states: same("deferred"),
    mails: [],
    answer: /self-signed certificate.*Name the authority of its certificate in mail\.ca/,
  },
  {
    fault: "a certificate of another host",
    options: { certificateName: "mail.example.com" },
    states: same("deferred"),
    mails: [],
    answer: /altnames.*the host as the certificate has it in mail\.host/,
  },
  {
    fault: "a greeting that does not come",
    faults: { stall: { at: "greeting", ms: 60_000 } },
    settings: { timeoutMs: 2000 },
    states: same("deferred"),
    mails: [],
    answer: /mail\.timeoutMs/,
  },
  {
    fault: "no answer to the recipient",
    faults: { stall: { at: "recipient", ms: 60_000 } },
    settings: { timeoutMs: 2000 },
    states: same("deferred"),
    mails: [],
    answer: /^Timeout$/,
  },
  {
    fault: "no answer to the final dot",
    faults: { stall: { at: "dot", ms: 60_000 } },
    settings: { timeoutMs: 2000 },
    states: same("unknown"),
    mails: [],
    answer: /may have arrived, or not/,
  },
  {
    fault: "implicit TLS",
    options: { tls: "implicit" },
    settings: { tls: "implicit" },
    states: same("sent"),
    mails: ALL,
    answer: /^250/,
  },
  {
    fault: "a mail larger than the server takes, without files to leave out",
    options: { faults: { size: { bytes: 200 } } },
    states: same("refused"),
    mails: [],
    answer: /larger than allowed 200/,
  },
];

test.each(CASES)("$fault", async ({ faults, options, settings, patient, ...expected }) => {
  const { mails, states: wanted, answer } = expected;
  const to = settingsFor(await serve(faults, options), settings);
  await post.enqueue(...ALL.map((recipient) => parcelFor(recipient)));
  await post.send(to, patient === true ? { until: later() } : {});
  expect(await states()).toEqual(wanted);
  expect(received()).toEqual(mails);
  expect(await answers()).toMatch(answer);
});

test("nobody listens: all are deferred after one try, and sent when somebody does", async () => {
  const gone = await startMailServer();
  await gone.close();
  await post.enqueue(...ALL.map((recipient) => parcelFor(recipient)));
  await post.send(settingsFor(gone));
  expect(await states()).toEqual(same("deferred"));
  expect(await answers()).toMatch(/ECONNREFUSED.*whether the server is up/);
  expect((await post.deliveries()).map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
  await post.send(settingsFor(await serve()), { until: later() });
  expect(await states()).toEqual(same("sent"));
  expect(received()).toEqual(ALL);
});

test("a refused password is tried once a run, however long one waits", async () => {
  const to = settingsFor(await serve({}, { login: { user: "night", password: "other" } }), login);
  await post.enqueue(...ALL.map((recipient) => parcelFor(recipient)));
  await post.send(to, { until: later() });
  expect(await states()).toEqual(same("deferred"));
  expect(server?.connections()).toBe(1);
});

test("the connection is lost before the final dot: nothing arrived, and it is sent again", async () => {
  const files = { ".pdf": Buffer.alloc(12_000_000, "%PDF-1.7 large enough to be under way for a while\n") };
  const manifest = writeEdition(post.reports, files);
  const to = settingsFor(await serve({ dropBeforeDot: 1 }), { maxMebibytes: 50 });
  await post.enqueue(parcelFor(ann, { manifest, attach: ["pdf"], letter: null }));
  await post.send(to);
  expect(await post.deliveries()).toMatchObject([{ state: "deferred", attempts: 1 }]);
  expect(received()).toEqual([]);
  await post.send(to, { until: later() });
  expect(await post.deliveries()).toMatchObject([{ state: "sent", attempts: 2 }]);
  expect(received()).toEqual([ann]);
});

test("what is unknown is never sent again by itself", async () => {
  const to = settingsFor(await serve({ dropAfterDot: 1 }));
  await post.enqueue(parcelFor(ann));
  await post.send(to, { until: later() });
  await post.send(to, { until: later() });
  expect(await post.deliveries()).toMatchObject([
    {
      state: "unknown",
      attempts: 1,
      message_id: expect.stringMatching(/^<nightledger\.[0-9a-f]{40}@example\.com>$/),
    },
  ]);
  expect(received()).toEqual([ann]);
});

test("ten seconds of silence are no failure", async () => {
  const to = settingsFor(await serve({ stall: { at: "dot", ms: 10_000 } }), { timeoutMs: 30_000 });
  await post.enqueue(parcelFor(ann));
  await post.send(to);
  expect(await states()).toEqual(["sent"]);
  expect(received()).toEqual([ann]);
});

test.each([
  ["which the server says beforehand", { size: { bytes: 50_000 } }, 10],
  ["which the server says when it is there", { size: { bytes: 50_000, hidden: true } }, 10],
  ["by our own limit", {}, 0.1],
])(
  "a mail too large, %s, goes without its files and tells where they are",
  async (_, faults, maxMebibytes) => {
    const manifest = writeEdition(post.reports, { ".pdf": Buffer.alloc(200_000, 65) });
    const tooLarge = {
      html: "<p>It lies at https://reports.example/x.pdf</p>",
      text: "It lies at https://reports.example/x.pdf",
    };
    const to = settingsFor(await serve(faults), { maxMebibytes });
    await post.enqueue(parcelFor(ann, { manifest, attach: ["pdf"], letter: null, tooLarge }));
    await post.send(to);
    expect(await post.deliveries()).toMatchObject([
      { state: "sent", answer: expect.stringContaining("without the files") },
    ]);
    expect(received()).toEqual([ann]);
    const raw = server?.mails[0]?.raw.toString() ?? "";
    expect(raw).toContain("https://reports.example/x.pdf");
    expect(raw).not.toContain("application/pdf");
  },
);

test("an altered file is not sent", async () => {
  const manifest = writeEdition(post.reports, { ".pdf": Buffer.from("%PDF") });
  writeEdition(`${post.reports}/other`, { ".pdf": Buffer.from("%PDX") });
  const { copyFileSync } = await import("node:fs");
  const name = manifest.replace(".manifest.json", ".pdf");
  copyFileSync(`${post.reports}/other/${name}`, `${post.reports}/${name}`);
  await post.enqueue(parcelFor(ann, { manifest, attach: ["pdf"], letter: null }));
  await post.send(settingsFor(await serve()));
  expect(await post.deliveries()).toMatchObject([
    { state: "deferred", answer: expect.stringContaining("has been altered") },
  ]);
  expect(received()).toEqual([]);
});

test("without a mail server nothing is lost: it is sent when there is one", async () => {
  await post.enqueue(parcelFor(ann));
  await post.send(null);
  expect(await post.deliveries()).toMatchObject([
    { state: "deferred", answer: expect.stringContaining("no mail server") },
  ]);
  await post.send(settingsFor(await serve()), { until: later() });
  expect(await states()).toEqual(["sent"]);
});
