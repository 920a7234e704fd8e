import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "./run.ts";
import type { Streams } from "./verb.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-mistakes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CASES: { mistake: string; yaml: string; problems: string[] }[] = [
  {
    mistake: "an empty file",
    yaml: ``,
    problems: [
      "timeZone: is missing. The IANA time zone whose calendar day a night counts for.",
      "database: is missing. The ledger: a SQLite file, relative to this file, or postgres://user@host/database.",
      "accounts: is missing. The accounts whose projects are recorded.",
    ],
  },
  {
    mistake: "no settings but a text",
    yaml: `hello
`,
    problems: ["(top): must be settings by name, not a text. Configuration of nightledger."],
  },
  {
    mistake: "a list at the top",
    yaml: `- a
- b
`,
    problems: ["(top): must be settings by name, not a list. Configuration of nightledger."],
  },
  {
    mistake: "broken YAML in two places",
    yaml: `timeZone: [UTC
database: 'x
`,
    problems: [
      "line 2, column 1: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      "line 3, column 1: is no YAML: Missing closing 'quote",
    ],
  },
  {
    mistake: "a setting given twice",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
timeZone: UTC
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
`,
    problems: ["line 3, column 1: is no YAML: Map keys must be unique"],
  },
  {
    mistake: "misspelt settings",
    yaml: `timezone: UTC
databse: ./x.db
acounts: []
`,
    problems: [
      "timeZone: is missing. The IANA time zone whose calendar day a night counts for.",
      "database: is missing. The ledger: a SQLite file, relative to this file, or postgres://user@host/database.",
      "accounts: is missing. The accounts whose projects are recorded.",
      'timezone: is no setting; did you mean "timeZone"?',
      'databse: is no setting; did you mean "database"?',
      'acounts: is no setting; did you mean "accounts"?',
    ],
  },
  {
    mistake: "a time zone that there is not, and a database URL with a password",
    yaml: `timeZone: Mars/Olympus
database: postgres://u:canary@db/x
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
`,
    problems: [
      "timeZone: is no IANA time zone, such as Asia/Singapore",
      "database: must not hold the password; give it as PGPASSWORD, or in a PGPASSFILE, as psql takes it",
    ],
  },
  {
    mistake: "wrong kinds",
    yaml: `timeZone: 8
database: [x]
accounts: acme
request: fast
`,
    problems: [
      "timeZone: must be a text, not a number. The IANA time zone whose calendar day a night counts for.",
      "database: must be a text, not a list. The ledger: a SQLite file, relative to this file, or postgres://user@host/database.",
      "accounts: must be a list, not a text. The accounts whose projects are recorded.",
      "request: must be settings by name, not a text. Bounds of each call.",
    ],
  },
  {
    mistake: "no accounts",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts: []
`,
    problems: ["accounts: must have at least 1 entry"],
  },
  {
    mistake: "two accounts of one name",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - { name: acme, credential: { ak: "\${env:AK}", sk: "\${env:SK}" } }
  - { name: acme, credential: { ak: "\${env:AK}", sk: "\${env:SK}" } }
`,
    problems: ["accounts: names must differ; give each account one of its own"],
  },
  {
    mistake: "secrets in clear",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: canary-ak, sk: canary-sk }
mail: { host: h, from: a@b.example, user: u, password: canary }
`,
    problems: [
      "accounts[0].credential.ak: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
      "accounts[0].credential.sk: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
      "mail.password: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
    ],
  },
  {
    mistake: "variables and files that are not there",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:NO_AK}", sk: "\${file:no.sk}" }
`,
    problems: [
      "accounts[0].credential.ak: environment variable NO_AK is not set; set it, or name another",
      "accounts[0].credential.sk: file no.sk cannot be read (ENOENT); check its path (relative to the configuration) and its permissions",
    ],
  },
  {
    mistake: "half a credential",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}" }
  - name: b
    credential: { domain: d, user: u }
`,
    problems: [
      "accounts[0].credential.sk: is missing; a key needs ak and sk",
      "accounts[1].credential.password: is missing; a user needs domain, user and password",
    ],
  },
  {
    mistake: "a key and a user",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}", user: u, domain: d, password: "\${env:SK}" }
`,
    problems: [
      "accounts[0].credential: is either a key (ak, sk) or a user (domain, user, password), not both",
    ],
  },
  {
    mistake: "endpoints without TLS, and one that is no URL",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
    endpoints: { iam: http://iam.example.com, eps: eps.example.com }
regions: { xx-1: { hss: http://hss.example.com } }
`,
    problems: [
      "accounts[0].endpoints.eps: must be an http or https URL, such as https://example.com",
      "regions.xx-1.hss: is http without TLS; use https, or name hss.example.com in allowPlainHttp",
    ],
  },
  {
    mistake: "endpoints with more than a place, and a signed host with a path",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
    endpoints:
      iam: https://user:canary@gw.example/iam
      eps: { url: "https://gw.example/eps?x=1", signedHost: https://eps.example }
      hss: { url: "https://gw.example/hss/{region}#x", signedHost: "hss.{region}.example" }
`,
    problems: [
      "accounts[0].endpoints.iam: must have no user, query or fragment; the path of each call is appended to the URL",
      "accounts[0].endpoints.eps.url: must have no user, query or fragment; the path of each call is appended to the URL",
      "accounts[0].endpoints.eps.signedHost: must be a host name, such as iam.myhuaweicloud.com, without scheme and path",
      "accounts[0].endpoints.hss.url: must have no user, query or fragment; the path of each call is appended to the URL",
    ],
  },
  {
    mistake: "a proxy with its password in the URL, hosts on one line, and an authority that is not there",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
network: { proxy: "http://night:canary@proxy.example:3128", noProxy: ["a.example,b.example"], ca: gone.pem }
`,
    problems: [
      "network.proxy: must not hold user or password; give them as network.proxy: { url, user, password }",
      "network.noProxy[0]: must be one host, such as intranet.example.com; give each its own entry",
    ],
  },
  {
    mistake: "a proxy of another kind, whose password has no user",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
network: { proxy: { url: "socks5://proxy.example:1080", password: canary } }
`,
    problems: [
      "network.proxy.url: must be the http or https URL of a proxy, such as http://proxy.example.com:3128",
      "network.proxy.password: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
      "network.proxy.user: is missing; password needs it",
    ],
  },
  {
    mistake: "enterprise projects that are neither",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
    enterpriseProjects: all
    pinnedProjects: [{ id: x }]
`,
    problems: [
      "accounts[0].enterpriseProjects: is not as it should be. all_granted_eps covers everything in one answer; each asks for every enterprise project that the user is granted; a list of ids asks for those.",
      "accounts[0].pinnedProjects[0].name: is missing. Project name, which begins with its region.",
    ],
  },
  {
    mistake: "numbers out of bounds",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
request: { concurrency: 0, timeoutMs: 5, retries: 99, quota: 5/min }
retention: { payloadMonths: 0 }
`,
    problems: [
      "retention.payloadMonths: must be at least 1",
      "request.concurrency: must be at least 1",
      "request.timeoutMs: must be at least 100",
      "request.retries: must be at most 20",
      "request.quota: must be calls in a time, such as 5/60s (5 calls in 60 seconds), or off",
    ],
  },
  {
    mistake: "egress that is no address",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
egress: [eth0, 10.0.0.300]
`,
    problems: [
      "egress[0]: must be an address of this host, such as 10.0.0.5",
      "egress[1]: must be an address of this host, such as 10.0.0.5",
    ],
  },
  {
    mistake: "the analysts' copy over the ledger",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
snapshot: ./night.db
`,
    problems: ["snapshot: is the ledger itself; name another file"],
  },
  {
    mistake: "a word that is none of those allowed",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
reconcile: yes
allowAnyDate: maybe
`,
    problems: [
      "reconcile: must be one of: none, score",
      "allowAnyDate: must be true or false, not a text. Lets --date name another day than today. For simulators only: the cloud answers for today.",
    ],
  },
  {
    mistake: "recipients without a mail server",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
publish:
  - { report: executive-summary, to: [ciso@example.com] }
`,
    problems: ["mail: is missing, and publish[0].to names who gets mails; give host and from"],
  },
  {
    mistake: "operators without a mail server",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
operators: { to: [ops@example.com] }
`,
    problems: ["mail: is missing, and operators.to names who gets mails; give host and from"],
  },
  {
    mistake: "a report and an audience that there are not",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com }
publish:
  - { report: executive, audience: bord, to: [a@example.com] }
audiences: { board: {} }
`,
    problems: [
      'publish[0].report: there is no report "executive"; it is one of: executive-summary, portfolio, project-detail',
      'publish[0].audience: there is no audience "bord" in audiences; there is: board',
    ],
  },
  {
    mistake: "a report for nobody",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
publish:
  - { report: portfolio }
`,
    problems: ["publish[0]: goes to nobody; give it to, folder or webhooks"],
  },
  {
    mistake: "the same report twice to the same",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com }
publish:
  - { report: portfolio, to: [a@example.com, A@example.com] }
  - { report: portfolio, to: [b@example.com, a@example.com] }
`,
    problems: [
      "publish[0].to[1]: gets this report from publish[0] already; name each recipient once",
      "publish[1].to[1]: gets this report from publish[0] already; name each recipient once",
    ],
  },
  {
    mistake: "addresses that are none",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com }
publish:
  - { report: portfolio, to: [ciso, "a@example.com, b@example.com", "a@example.com\\nBcc: eve@example.com", { name: "x\\ny", address: a@example.com }] }
`,
    problems: [
      "publish[0].to[0]: must be one mail address, such as ciso@example.com",
      "publish[0].to[1]: must be one mail address, such as ciso@example.com",
      "publish[0].to[2]: must be one mail address, such as ciso@example.com",
      "publish[0].to[3].name: must be one line, without control characters",
    ],
  },
  {
    mistake: "attachments and policies that there are not",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com }
publish:
  - { report: portfolio, to: [a@example.com], attach: [docx], coverage: { atLeast: 120, below: drop } }
`,
    problems: [
      "publish[0].attach[0]: must be one of: pdf, xlsx, html, json",
      "publish[0].coverage.atLeast: must be at most 100",
      "publish[0].coverage.below: must be one of: send, send-marked, hold",
    ],
  },
  {
    mistake: "a mail server without TLS, far away",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, tls: off, from: night@example.com }
`,
    problems: [
      "mail.tls: would send reports unencrypted to smtp.example.com; use starttls or implicit, or name the host in allowPlainHttp",
    ],
  },
  {
    mistake: "a mail server with a user and no password, a port that is none and no sender",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, user: u, port: 99999 }
`,
    problems: [
      "mail.port: must be at most 65535",
      "mail.from: must be one mail address, such as ciso@example.com, or { name, address }",
    ],
  },
  {
    mistake: "a client name without a dot, and a user that has nothing to sign in with",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com, clientName: "[10.0.0.1]", user: u }
`,
    problems: [
      "mail.clientName: must be a full host name with a dot, such as night01.example.com",
      "mail.password: is missing; user needs it, or oauth2",
    ],
  },
  {
    mistake: "access tokens beside a password, and of nobody",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail:
  host: smtp.example.com
  from: night@example.com
  password: "\${env:SK}"
  oauth2: { tokenUrl: "https://login.example.com/token", clientId: c, clientSecret: "\${env:SK}" }
`,
    problems: [
      "mail.oauth2: stands beside password; give one of them",
      "mail.user: is missing; password needs it",
      "mail.user: is missing; oauth2 needs the mailbox that sends",
    ],
  },
  {
    mistake: "a token endpoint without TLS, and a secret in clear",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail:
  host: smtp.example.com
  from: night@example.com
  user: u
  oauth2: { tokenUrl: "http://login.example.com/token", clientId: c, refreshToken: canary }
`,
    problems: [
      "mail.oauth2.refreshToken: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
    ],
  },
  {
    mistake: "a token endpoint without TLS",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail:
  host: smtp.example.com
  from: night@example.com
  user: u
  oauth2: { tokenUrl: "http://login.example.com/token", clientId: c, clientSecret: "\${env:SK}" }
`,
    problems: [
      "mail.oauth2.tokenUrl: is http without TLS; use https, or name login.example.com in allowPlainHttp",
    ],
  },
  {
    mistake: "access tokens with neither secret",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail:
  host: smtp.example.com
  from: night@example.com
  user: u
  oauth2: { tokenUrl: "https://login.example.com/token", clientId: c }
`,
    problems: ["mail.oauth2.clientSecret: is missing; without refreshToken the client signs in by it"],
  },
  {
    mistake: "an authority of certificates that is not there",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com, ca: ca.pem }
`,
    problems: [
      "mail.ca: file ca.pem cannot be read (ENOENT); check its path (relative to the configuration) and its permissions",
    ],
  },
  {
    mistake: "a DKIM key in clear",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
mail: { host: smtp.example.com, from: night@example.com, dkim: { domain: example.com, selector: s, key: canary } }
`,
    problems: ["mail.dkim.key: must be ${env:NAME} or ${file:PATH}; a secret is never written here"],
  },
  {
    mistake: "reports dropped where they are made",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
publish:
  - { report: portfolio, folder: ./reports-out }
`,
    problems: ["publish[0].folder: is where reports are made; name another folder"],
  },
  {
    mistake: "webhooks without TLS, and of a variable that holds no URL",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
publish:
  - { report: portfolio, webhooks: [{ url: http://chat.example.com/canary }, { url: "\${env:SPACE}", name: other }] }
`,
    problems: [
      "publish[0].webhooks[0].url: is http without TLS; use https, or name its host in allowPlainHttp",
      "publish[0].webhooks[1].url: is no http or https URL",
    ],
  },
  {
    mistake: "a webhook of a kind that there is not",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
publish:
  - { report: portfolio, webhooks: [{ url: "\${env:HOOK}", shape: discord, secret: canary }] }
`,
    problems: [
      "publish[0].webhooks[0].secret: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
      "publish[0].webhooks[0].shape: must be one of: json, slack, teams",
    ],
  },
  {
    mistake: "two webhooks of one name",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
publish:
  - { report: portfolio, webhooks: [{ url: https://chat.example.com/1 }, { url: https://chat.example.com/2 }] }
`,
    problems: [
      'publish[0].webhooks[1].name: another webhook is called "chat.example.com", too; give each a name of its own',
    ],
  },
  {
    mistake: "deadlines that are no time of day",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
nightly: { deadline: 7am, publishMinutes: -1, material: { percent: 200 } }
`,
    problems: [
      'nightly.deadline: must be a time of day in quotes, such as "07:00"',
      "nightly.publishMinutes: must be at least 0",
      "nightly.material.percent: must be at most 100",
    ],
  },
  {
    mistake: "metrics and pings that nobody reads",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
operations: { metrics: night.txt, ping: { success: hc-ping.com/x, fail: https://x.example }, traces: localhost }
`,
    problems: [
      "operations.metrics: must end in .prom, or the textfile collector does not read it",
      "operations.ping.success: must be an http or https URL, or ${env:NAME} or ${file:PATH} where its holder should be secret",
      "operations.ping.fail: is no setting; there is: start, success, failure",
      "operations.traces: must be an http or https URL, such as https://example.com",
    ],
  },
  {
    mistake: "an audience with a name no file can have, a locale that there is not",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
audiences: { Board: {}, payments: { units: [], locale: de } }
`,
    problems: [
      "audiences.Board: must be of small letters, digits and hyphens within, 40 at most, since files are named after it",
      "audiences.payments.units: must have at least 1 entry",
      "audiences.payments.locale: must be one of: en, zh-Hans",
    ],
  },
  {
    mistake: "a broken setting, and others that do not go together",
    yaml: `timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential: { ak: "\${env:AK}", sk: "\${env:SK}" }
request: { retries: many }
publish:
  - { report: nothing, to: [a@example.com] }
`,
    problems: [
      "request.retries: must be a number, not a text. Tries after the first, if the failure may pass.",
      "mail: is missing, and publish[0].to names who gets mails; give host and from",
      'publish[0].report: there is no report "nothing"; it is one of: executive-summary, portfolio, project-detail',
    ],
  },
];

/** What the command says to a configuration, and its status. */
async function told(yaml: string): Promise<{ status: number; err: string }> {
  writeFileSync(join(folder, "nightledger.yaml"), yaml);
  let err = "";
  const terminal: Streams = {
    out: () => {},
    write: async () => {},
    err: (text) => {
      err += text;
    },
    outInteractive: false,
    interactive: false,
    now: () => new Date(),
    env: { AK: "ak", SK: "sk", HOOK: "https://ok.example/x", SPACE: "no url" },
    cwd: folder,
    signal: new AbortController().signal,
  };
  return { status: await run(["plan"], terminal), err };
}

test.each(CASES)("$mistake: every problem by its path, and what to do", async ({ yaml, problems }) => {
  const { status, err } = await told(yaml);
  expect(status).toBe(2);
  const [first, ...lines] = err.trimEnd().split("\n");
  expect(first).toBe(`nightledger: The configuration ${join(folder, "nightledger.yaml")} cannot be used:`);
  expect(lines.map((line) => line.trim())).toEqual(problems);
  // what may be a secret is never repeated
  expect(err).not.toContain("canary");
});
