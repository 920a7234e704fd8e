import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { configJsonSchema } from "./config-json-schema.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-config-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function read(yaml: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder, "nightledger.yaml"), yaml);
  return readConfig(join(folder, "nightledger.yaml"), env);
}

function problemsOf(yaml: string, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    read(yaml, env);
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

const GOOD = `
timeZone: Asia/Singapore
database: ./night.db
accounts:
  - name: acme
    credential:
      ak: \${env:ACME_AK}
      sk: \${file:acme.sk}
`;

test("secrets come from the environment and from files, paths are relative to the file", () => {
  writeFileSync(join(folder, "acme.sk"), "canary-secret\n");
  const config = read(GOOD, { ACME_AK: "AK1" });
  expect(config.database).toBe(join(folder, "night.db"));
  const credential = config.accounts[0]?.credential;
  if (credential?.kind !== "key") throw new Error("a key was configured");
  expect(credential.ak).toBe("AK1");
  expect(credential.sk.reveal()).toBe("canary-secret");
  expect(config.accounts[0]?.enterpriseProjects).toBe("all_granted_eps");
  expect(JSON.stringify(config)).not.toContain("canary");
});

test("secrets of the environment lose the blanks and line breaks around them, as those of files do", () => {
  const yaml = GOOD.replace("{file:acme.sk}", "{env:ACME_SK}");
  const config = read(yaml, { ACME_AK: " AK1\r\n", ACME_SK: "canary-secret\n" });
  const credential = config.accounts[0]?.credential;
  if (credential?.kind !== "key") throw new Error("a key was configured");
  expect([credential.ak, credential.sk.reveal()]).toEqual(["AK1", "canary-secret"]);
  expect(problemsOf(yaml, { ACME_AK: "AK1", ACME_SK: " \n" })).toEqual([
    "  accounts[0].credential.sk: environment variable ACME_SK is not set; set it, or name another",
  ]);
});

test("a key or a security token that no header can carry is named, and not shown", () => {
  const yaml = `${GOOD.replace("{file:acme.sk}", "{env:ACME_SK}")}      securityToken: \${env:TOKEN}\n`;
  const problems = problemsOf(yaml, {
    ACME_AK: "canary\nAK",
    ACME_SK: "canary\nSK",
    TOKEN: "canary\u{1f511}",
  });
  const why = "holds a line break or another character that no HTTP header takes; store it as one line";
  expect(problems).toEqual([
    `  accounts[0].credential.ak: ${why}`,
    `  accounts[0].credential.securityToken: ${why}`,
  ]);
});

describe("proxies", () => {
  const ENV = { ACME_AK: "AK1", ACME_SK: "canary-secret" };
  const YAML = GOOD.replace("{file:acme.sk}", "{env:ACME_SK}");

  test("are those of the environment, lower case first, with the credentials concealed", () => {
    const { network } = read(YAML, {
      ...ENV,
      https_proxy: "http://night:p%40ss-canary@proxy.example:3128/",
      HTTPS_PROXY: "http://other.example:3128",
      HTTP_PROXY: "plain.example:8080",
      NO_PROXY: "a.example, .b.example,10.0.0.0/8",
    });
    expect(network.https).toMatchObject({
      url: "http://proxy.example:3128",
      setting: "https_proxy",
      user: "night",
    });
    expect(network.https?.password?.reveal()).toBe("p@ss-canary");
    expect(network.http).toMatchObject({
      url: "http://plain.example:8080",
      setting: "HTTP_PROXY",
      user: null,
    });
    expect(network.noProxy).toEqual(["a.example", ".b.example", "10.0.0.0/8"]);
    expect(JSON.stringify(network)).not.toContain("canary");
  });

  test("of the configuration go before, setting by setting", () => {
    const yaml = `${YAML}network: { proxy: { url: "https://proxy.example", user: night, password: "\${env:PASSWORD}" } }\n`;
    const { network } = read(yaml, {
      ...ENV,
      PASSWORD: "canary\n",
      HTTPS_PROXY: "http://other.example",
      NO_PROXY: "a.example",
    });
    expect(network.https).toMatchObject({
      url: "https://proxy.example",
      setting: "network.proxy",
      user: "night",
    });
    expect(network.http).toBe(network.https);
    expect(network.https?.password?.reveal()).toBe("canary");
    expect(network.noProxy).toEqual(["a.example"]);
    const off = read(`${YAML}network: { proxy: off }\n`, { ...ENV, HTTPS_PROXY: "http://other.example" });
    expect([off.network.https, off.network.http]).toEqual([null, null]);
  });

  test("that are none are named by their variable, without its value", () => {
    const why =
      "is no http or https URL of a proxy, such as http://proxy.example.com:3128; correct the environment variable, or set network.proxy, which goes before it";
    expect(
      problemsOf(YAML, {
        ...ENV,
        HTTPS_PROXY: "socks5://night:canary@proxy.example:1080",
        http_proxy: "http://",
      }),
    ).toEqual([`  HTTPS_PROXY: ${why}`, `  http_proxy: ${why}`]);
  });

  test("bring an authority that is a certificate, or a problem", () => {
    writeFileSync(join(folder, "no.pem"), "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
    expect(problemsOf(`${YAML}network: { ca: no.pem }\n`, ENV)).toEqual([
      "  network.ca: is no certificate in PEM; name the authority's",
    ]);
    expect(problemsOf(`${YAML}network: { ca: gone.pem }\n`, ENV)).toEqual([
      "  network.ca: file gone.pem cannot be read (ENOENT); check its path (relative to the configuration) and its permissions",
    ]);
  });
});

test("all problems are told at once, each with its path", () => {
  const yaml = `
timeZone: Mars/Olympus
colour: blue
database: ./night.db
accounts:
  - name: acme
    credential:
      ak: \${env:ACME_AK}
      sk: written-in-clear
    endpoints:
      iam: http://iam.example.com
request:
  concurrency: 0
`;
  expect(problemsOf(yaml)).toEqual([
    "  accounts[0].credential.ak: environment variable ACME_AK is not set; set it, or name another",
    "  timeZone: is no IANA time zone, such as Asia/Singapore",
    "  accounts[0].credential.sk: must be ${env:NAME} or ${file:PATH}; a secret is never written here",
    "  request.concurrency: must be at least 1",
    expect.stringMatching(/^ {2}colour: is no setting; there is: timeZone, database, /),
  ]);
});

const USER = `
timeZone: UTC
database: ./night.db
accounts:
  - name: acme
    credential:
      domain: acme-operations
      user: nightledger
      password: \${env:PASSWORD}
`;

test("a credential is a user's password, alone or assuming an agency", () => {
  const env = { PASSWORD: "canary" };
  expect(read(USER, env).accounts[0]?.credential).toMatchObject({
    kind: "password",
    domainName: "acme-operations",
    userName: "nightledger",
  });
  expect(
    read(`${USER}      agency: { domain: acme-shop, name: reader }\n`, env).accounts[0]?.credential,
  ).toMatchObject({
    kind: "agency",
    domainName: "acme-shop",
    agencyName: "reader",
    by: { kind: "password" },
  });
});

test.each([
  [
    "      ak: ${env:PASSWORD}\n",
    ["credential: is either a key (ak, sk) or a user (domain, user, password), not both"],
  ],
  ["", []],
])("a credential with %j besides a user: %j", (more, expected) => {
  const problems = problemsOf(USER + more, { PASSWORD: "p" });
  expect(problems.map((line) => line.replace("  accounts[0].", ""))).toEqual(expected);
});

test("a credential that lacks a part is told which", () => {
  expect(problemsOf(GOOD.replace(/ *sk: .*\n/, ""), { ACME_AK: "a" })).toEqual([
    "  accounts[0].credential.sk: is missing; a key needs ak and sk",
  ]);
});

test("a secret written in clear is not repeated in the message", () => {
  expect(problemsOf(GOOD.replace(/\$\{file:[^}]*\}/, "hunter2")).join()).not.toContain("hunter2");
});

test.each([
  ["http://iam.example.com", ["is http without TLS; use https, or name iam.example.com in allowPlainHttp"]],
  ["http://127.0.0.1:8080", []],
  ["http://[::1]:8080", []],
])("plain http to %s: %s", (iam, expected) => {
  writeFileSync(join(folder, "acme.sk"), "s");
  const problems = problemsOf(`${GOOD}    endpoints: { iam: "${iam}" }\n`, { ACME_AK: "a" });
  expect(problems.map((line) => line.replace(/^.*?: /, ""))).toEqual(expected);
});

test("plain http is allowed to a host that is named", () => {
  writeFileSync(join(folder, "acme.sk"), "s");
  const yaml = `${GOOD}    endpoints: { iam: "http://proxy.corp" }\nallowPlainHttp: [proxy.corp]\n`;
  expect(problemsOf(yaml, { ACME_AK: "a" })).toEqual([]);
});

test("a file that is no YAML is told with its line", () => {
  expect(problemsOf("a: [1,\nb: }")[0]).toMatch(/line 2/);
});

test("the published JSON Schema is the schema's", () => {
  const published = readFileSync(new URL("../../../docs/config.schema.json", import.meta.url), "utf8");
  expect(published).toBe(configJsonSchema());
});

test("a PostgreSQL database is named without its password", () => {
  const at = (place: string) => GOOD.replace("./night.db", place);
  const env = { ACME_AK: "AK1", WHOLE: "postgres://ledger:canary@db.example/night" };
  writeFileSync(join(folder, "acme.sk"), "canary-secret");
  expect(read(at("postgres://ledger@db.example/night"), env).database).toBe(
    "postgres://ledger@db.example/night",
  );
  const refused =
    "  database: must not hold the password; give it as PGPASSWORD, or in a PGPASSFILE, as psql takes it";
  expect(problemsOf(at("postgres://ledger:canary@db.example/night"), env)).toEqual([refused]);
  expect(problemsOf(at("${env:WHOLE}"), env)).toEqual([refused]);
  expect(problemsOf(at("postgres://no where"), env)).toEqual([
    "  database: is no URL, such as postgres://user@host/database",
  ]);
});

test("the analysts' snapshot lies beside the ledger, elsewhere, or nowhere, and is never the ledger itself", () => {
  const env = { ACME_AK: "AK1" };
  writeFileSync(join(folder, "acme.sk"), "canary-secret");
  expect(read(GOOD, env).snapshot).toBe(join(folder, "night.analyst.db"));
  expect(read(`${GOOD}\nsnapshot: ./share/ledger.db`, env).snapshot).toBe(join(folder, "share", "ledger.db"));
  expect(read(`${GOOD}\nsnapshot: off`, env).snapshot).toBeNull();
  expect(read(GOOD.replace("./night.db", "postgres://ledger@db.example/night"), env).snapshot).toBeNull();
  expect(problemsOf(`${GOOD}\nsnapshot: night.db`, env)).toEqual([
    "  snapshot: is the ledger itself; name another file",
  ]);
});

test("units are an account's and its projects', audiences a filter with a safe name", () => {
  writeFileSync(join(folder, "acme.sk"), "s");
  const yaml = `${GOOD}    unit: Retail
    units: [{ unit: Payments, projects: ["*_payments"] }]
audiences:
  board: {}
  payments-2: { units: [Payments], regions: [ap-southeast-3], locale: zh-Hans, title: 支付 }
`;
  const { accounts, audiences } = read(yaml, { ACME_AK: "a" });
  expect(accounts[0]).toMatchObject({
    unit: "Retail",
    units: [{ unit: "Payments", projects: ["*_payments"] }],
  });
  expect(audiences).toEqual({
    board: {},
    "payments-2": { units: ["Payments"], regions: ["ap-southeast-3"], locale: "zh-Hans", title: "支付" },
  });
});

const UNSAFE =
  "must be of small letters, digits and hyphens within, 40 at most, since files are named after it";
test.each([
  ["../board: {}", `../board: ${UNSAFE}`],
  ["Board: {}", `Board: ${UNSAFE}`],
  ["-board: {}", `-board: ${UNSAFE}`],
  [`${"a".repeat(41)}: {}`, `${"a".repeat(41)}: ${UNSAFE}`],
  ["board: { units: [] }", "board.units: must have at least 1 entry"],
  ["board: { unit: Retail }", 'board.unit: is no setting; did you mean "units"?'],
])("an audience %s is refused", (audience, expected) => {
  writeFileSync(join(folder, "acme.sk"), "s");
  expect(problemsOf(`${GOOD}audiences:\n  ${audience}\n`, { ACME_AK: "a" })).toEqual([
    `  audiences.${expected}`,
  ]);
});
