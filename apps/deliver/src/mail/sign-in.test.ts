import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Secret } from "@nightledger/core/secret";
import {
  type MailLogin,
  type MailServer,
  startMailServer,
  startTokenEndpoint,
  type TokenEndpoint,
  type TokenEndpointOptions,
} from "@nightledger/simulator/mail";
import { Agent } from "undici";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parcelFor } from "../test-parcels.ts";
import { login, openPost, type Post, settingsFor } from "../test-post.ts";
import { AccessTokens } from "./access-tokens.ts";
import type { MailSettings } from "./mail-settings.ts";
import { offeredMechanisms } from "./sign-in.ts";
import { verifyMailServer } from "./verify-mail-server.ts";

let post: Post;
let server: MailServer | null = null;
let endpoint: TokenEndpoint | null = null;

beforeEach(async () => {
  post = await openPost();
});
afterEach(async () => {
  await server?.close();
  await endpoint?.close();
  [server, endpoint] = [null, null];
  await post.remove();
});

async function serve(wanted: MailLogin | null, tls: "starttls" | "off" = "starttls"): Promise<MailServer> {
  server = await startMailServer({ ...(wanted !== null && { login: wanted }), tls });
  return server;
}

/** A relay that speaks XOAUTH2 only, and the endpoint whose tokens it takes. */
async function tokenRelay(options: TokenEndpointOptions = {}) {
  const tokens = await startTokenEndpoint(options);
  endpoint = tokens;
  const accepts = (token: string) => tokens.accepts(token);
  const relay = await serve({ user: "night@example.com", accepts, mechanisms: ["XOAUTH2"] });
  const settings = settingsFor(relay, {
    user: "night@example.com",
    ...(options.tls === true && { ca: `${relay.ca}\n${tokens.ca}` }),
    oauth2: {
      tokenUrl: tokens.url,
      clientId: "client",
      clientSecret: new Secret("client-secret"),
      refreshToken: options.refreshToken === undefined ? null : new Secret(options.refreshToken),
      ...(options.scope !== undefined && { scope: options.scope }),
    },
  });
  return { tokens, relay, settings };
}

const OFFICE = "https://outlook.office365.com/.default";
const GMAIL = "https://mail.google.com/";

test.each([
  ["PLAIN LOGIN", "250-mx\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME", ["PLAIN", "LOGIN"]],
  ["a line of early servers", "250-mx\r\n250 AUTH=LOGIN NTLM", ["LOGIN", "NTLM"]],
  ["small letters", "250-mx\r\n250 auth xoauth2", ["XOAUTH2"]],
  ["none", "250-mx AUTH\r\n250 SIZE 1000", []],
])("reads what is offered: %s", (_, ehlo, offered) => {
  expect(offeredMechanisms(ehlo)).toEqual(offered);
});

test.each([
  [["PLAIN", "LOGIN"], "starttls", "PLAIN"],
  [["LOGIN"], "starttls", "LOGIN"],
  [["CRAM-MD5"], "starttls", "CRAM-MD5"],
  [["XOAUTH2", "LOGIN"], "starttls", "LOGIN"],
  [["PLAIN", "CRAM-MD5"], "off", "CRAM-MD5"],
] as const)("signs in with a password where %j is offered (tls %s) by %s", async (mechanisms, tls, used) => {
  const relay = await serve({ user: "night", password: "right", mechanisms }, tls);
  await post.enqueue(parcelFor("ann@example.com"));
  await post.send(settingsFor(relay, { ...login, tls }));
  expect(await post.deliveries()).toMatchObject([{ state: "sent" }]);
  expect(relay.logins).toEqual([used]);
});

test.each<[string, Partial<MailSettings>, readonly string[], RegExp]>([
  [
    "a password, XOAUTH2 only",
    login,
    ["XOAUTH2"],
    /it offers XOAUTH2 to sign in, and none of PLAIN, LOGIN or CRAM-MD5.*Give mail\.oauth2 in place of mail\.password/,
  ],
  ["a password, nothing we know", login, ["NTLM", "GSSAPI"], /it offers NTLM, GSSAPI to sign in.*mail\.host/],
  ["a password, no AUTH", login, [], /no way to sign in \(AUTH\).*Leave out mail\.user/],
])("names what is offered and the cure: %s", async (_, settings, mechanisms, answer) => {
  const relay = await serve(
    mechanisms.length === 0 ? null : { user: "night", password: "right", mechanisms },
  );
  await post.enqueue(parcelFor("ann@example.com"), parcelFor("ben@example.com"));
  await post.send(settingsFor(relay, settings));
  const rows = await post.deliveries();
  expect(rows.map(({ state }) => state)).toEqual(["deferred", "deferred"]);
  expect(rows[0]?.answer).toMatch(answer);
  expect([relay.logins, relay.connections()]).toEqual([[], 1]);
});

test("names mail.password where a server takes no tokens", async () => {
  const { settings } = await tokenRelay();
  await server?.close();
  const relay = await serve({ user: "night@example.com", password: "right" });
  await expect(verifyMailServer({ ...settings, port: relay.port, ca: relay.ca })).rejects.toThrow(
    /offers LOGIN, PLAIN to sign in, and none of XOAUTH2.*Give mail\.password in place of mail\.oauth2/,
  );
});

test.each([
  ["a refresh token", { refreshToken: "refresh-token-1", scope: GMAIL }, "refresh_token", "refresh-token-1"],
  ["client credentials", { scope: OFFICE }, "client_credentials", undefined],
  ["client credentials over TLS", { tls: true }, "client_credentials", undefined],
] as const)(
  "signs in to a relay that speaks XOAUTH2 only with %s, whose token serves the whole run",
  async (_, options, grant_type, refresh_token) => {
    const { tokens, relay, settings } = await tokenRelay(options);
    await post.enqueue(parcelFor("ann@example.com"), parcelFor("ben@example.com"));
    await post.send(settings);
    expect((await post.deliveries()).map(({ answer }) => answer)).toEqual([
      "250 OK, taken as 1",
      "250 OK, taken as 2",
    ]);
    expect(relay.logins).toEqual(["XOAUTH2"]);
    expect(tokens.requests).toEqual([
      {
        client_id: "client",
        client_secret: "client-secret",
        grant_type,
        ...(refresh_token !== undefined && { refresh_token }),
        ...("scope" in options && { scope: options.scope }),
      },
    ]);
  },
);

test("signs in with a token to a relay that offers passwords, too", async () => {
  const { tokens, settings } = await tokenRelay();
  await server?.close();
  const accepts = (token: string) => tokens.accepts(token);
  const mechanisms = ["LOGIN", "PLAIN", "XOAUTH2"];
  const relay = await serve({ user: "night@example.com", password: "right", accepts, mechanisms });
  const opened = await verifyMailServer({ ...settings, port: relay.port, ca: relay.ca });
  expect([opened.mechanism, relay.logins]).toEqual(["XOAUTH2", ["XOAUTH2"]]);
});

/** A relay that refuses the first token in two lines, as Gmail does, and takes the second. */
async function relayThatRefusesInLines() {
  let refused = 0;
  const lines = createServer((socket) => {
    socket.on("error", () => {});
    socket.write("220 mx\r\n");
    socket.on("data", (chunk) => {
      if (String(chunk).startsWith("EHLO")) socket.write("250-mx\r\n250 AUTH LOGIN XOAUTH2\r\n");
      else if (!String(chunk).startsWith("AUTH")) socket.end("221 bye\r\n");
      else if (refused++ > 0) socket.write("235 2.7.0 Accepted\r\n");
      else socket.write("535-5.7.8 Not accepted. For more, go to\r\n535 5.7.8 https://support.example\r\n");
    });
  });
  lines.listen(0, "127.0.0.1");
  await once(lines, "listening");
  return lines;
}

test("renews a token that is refused in an answer of several lines", async () => {
  const { tokens, settings } = await tokenRelay();
  const relay = await relayThatRefusesInLines();
  try {
    const { port } = relay.address() as AddressInfo;
    await verifyMailServer({ ...settings, port, tls: "off" });
    expect(tokens.requests.length).toBe(2);
  } finally {
    relay.close();
  }
});

test("uses one token for all connections of a run, and another a minute before it expires", async () => {
  const { tokens, settings } = await tokenRelay({ expiresIn: 3600 });
  if (settings.oauth2 === null) return expect.fail("It is configured.");
  const kept = new AccessTokens(settings.oauth2, settings);
  for (const _ of [1, 2, 3]) await verifyMailServer(settings, kept);
  expect(tokens.requests.length).toBe(1);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3541_000 });
  try {
    await kept.current();
    expect(tokens.requests.length).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test("renews a token once that the server refuses before its time", async () => {
  const { tokens, relay, settings } = await tokenRelay();
  if (settings.oauth2 === null) return expect.fail("It is configured.");
  const kept = new AccessTokens(settings.oauth2, settings);
  await kept.current();
  tokens.withdraw();
  expect(await verifyMailServer(settings, kept)).toMatchObject({ mechanism: "XOAUTH2" });
  expect([tokens.requests.length, relay.logins]).toEqual([2, ["XOAUTH2", "XOAUTH2"]]);
});

test("gives up a mailbox whose tokens are all refused after the second one, and prints none", async () => {
  const { tokens, relay, settings } = await tokenRelay();
  relay.setFaults({ auth: true });
  await post.enqueue(parcelFor("ann@example.com"), parcelFor("ben@example.com"));
  await post.send(settings, { until: new Date(Date.now() + 20_000) });
  const rows = await post.deliveries();
  expect(rows.map(({ state }) => state)).toEqual(["deferred", "deferred"]);
  expect(rows[0]?.answer).toMatch(/535 .*Check mail\.oauth2 .*mail\.user may send by SMTP/);
  expect([tokens.requests.length, relay.connections()]).toEqual([2, 1]);
  expect(JSON.stringify(rows)).not.toMatch(/access-token|client-secret/);
});

test.each([
  [
    "a wrong secret",
    {
      status: 401,
      body: '{"error":"invalid_client","error_description":"AADSTS7000215: client-secret is wrong\\n"}',
    },
    /HTTP 401: invalid_client: AADSTS7000215: \[secret\] is wrong.*mail\.oauth2\.clientSecret/,
    1,
  ],
  [
    "a refresh token that has expired",
    { status: 400, body: '{"error":"invalid_grant"}' },
    /HTTP 400: invalid_grant\. Get a new refresh token/,
    1,
  ],
  ["a wrong scope", { status: 400, body: '{"error":"invalid_scope"}' }, /Check mail\.oauth2\.scope/, 1],
  [
    "a page in its place",
    { status: 200, body: "<html>Sign in</html>" },
    /holds no access token\. Check mail\.oauth2\.tokenUrl/,
    1,
  ],
  [
    "a token with a line break",
    { status: 200, body: '{"access_token":"a\\r\\nQUIT"}' },
    /holds no access token/,
    1,
  ],
  ["a redirect", { status: 302, body: "" }, /HTTP 302\. Check mail\.oauth2\.tokenUrl/, 1],
])(
  "names the setting where the token endpoint gives %s, and does not ask it again in this run",
  async (_, answer, said, asked) => {
    const { tokens, relay, settings } = await tokenRelay();
    tokens.setFaults({ answer });
    await post.enqueue(parcelFor("ann@example.com"), parcelFor("ben@example.com"));
    await post.send(settings, { until: new Date(Date.now() + 20_000) });
    const rows = await post.deliveries();
    expect(rows.map(({ state }) => state)).toEqual(["deferred", "deferred"]);
    expect(rows[0]?.answer).toMatch(said);
    expect([tokens.requests.length, relay.connections()]).toEqual([asked, 0]);
  },
);

test("tries again later where the token endpoint is out of order", async () => {
  const { tokens, settings } = await tokenRelay();
  tokens.setFaults({ answer: { status: 503, body: "" } });
  await post.enqueue(parcelFor("ann@example.com"));
  await post.send(settings);
  expect((await post.deliveries())[0]?.answer).toMatch(
    /the token endpoint answered HTTP 503\. It is tried again later/,
  );
  tokens.setFaults({});
  await post.send(settings, { until: new Date(Date.now() + 20_000) });
  expect(await post.deliveries()).toMatchObject([{ state: "sent" }]);
});

test("waits for a token no longer than mail.timeoutMs, even for one that is half there", async () => {
  const { tokens, settings } = await tokenRelay();
  tokens.setFaults({ stall: true });
  await post.enqueue(parcelFor("ann@example.com"));
  await post.send({ ...settings, timeoutMs: 300 });
  expect((await post.deliveries())[0]?.answer).toMatch(
    /the token endpoint gave no answer within 300 ms.*mail\.timeoutMs/,
  );
});

test("refuses a token endpoint whose certificate nobody vouches for", async () => {
  const { tokens, relay, settings } = await tokenRelay({ tls: true });
  await expect(verifyMailServer({ ...settings, ca: relay.ca })).rejects.toThrow(
    /the token endpoint cannot be used \(self-signed certificate.*\)\. Name the authority of its certificate in mail\.ca/,
  );
  expect(tokens.requests).toEqual([]);
});

test("carries the token request through the dispatcher that it is given", async () => {
  const { tokens, settings } = await tokenRelay();
  if (settings.oauth2 === null) return expect.fail("It is configured.");
  const agent = new Agent();
  let carried = 0;
  const counting = agent.compose((dispatch) => (options, handler) => {
    carried += 1;
    return dispatch(options, handler);
  });
  await verifyMailServer(settings, new AccessTokens(settings.oauth2, settings, counting));
  expect([carried, tokens.requests.length]).toEqual([1, 1]);
  await agent.close();
});
