import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import {
  BODY_FAULTS,
  parseFaultProfile,
  parseLimit,
  type Simulator,
  startSimulator,
  WIRE_FAULTS,
  type WorldAccount,
} from "./index.ts";

const EMPTY_SHA256 = createHash("sha256").update("").digest("hex");
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ accounts: 2, projects: 6, limit: null });
  return () => simulator.close();
});

const account = (index = 0): WorldAccount => simulator.world.accounts[index] as WorldAccount;
const projectId = (index: number) => simulator.world.projects[index]?.id ?? "";
const bodyOf = async <T = Record<string, unknown>>(answer: Response) => (await answer.json()) as T;
const namesOf = (list: { name: string }[]) => list.map(({ name }) => name);
const riskListPath = (id: string) => `/v5/${id}/overview/security/risk/list`;

/** A GET signed with nothing but its date, as the signing guide's FAQ allows. */
function signed(path: string, key: { ak: string; sk: string }, at = new Date()): Promise<Response> {
  const url = new URL(path, simulator.url);
  const date = at.toISOString().replace(/[-:]|\.\d+/g, "");
  const query = url.search.slice(1);
  const canonical = `GET\n${url.pathname}/\n${query}\nx-sdk-date:${date}\n\nx-sdk-date\n${EMPTY_SHA256}`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const signature = createHmac("sha256", key.sk).update(`SDK-HMAC-SHA256\n${date}\n${hash}`).digest("hex");
  return fetch(url, {
    headers: {
      "X-Sdk-Date": date,
      "X-Domain-Id": account().domainId,
      Authorization: `SDK-HMAC-SHA256 Access=${key.ak}, SignedHeaders=x-sdk-date, Signature=${signature}`,
    },
  });
}

function logIn(scope: object, password = account().password): Promise<Response> {
  const user = { name: account().userName, password, domain: { name: account().name } };
  return fetch(new URL("/v3/auth/tokens", simulator.url), {
    method: "POST",
    body: JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } }, scope } }),
  });
}

test("project 1 answers the documented example on the reference date", async () => {
  const answer = await signed(
    `${riskListPath(projectId(0))}?enterprise_project_id=all_granted_eps`,
    account(),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
  expect(await answer.json()).toMatchObject({
    alarm_risk: { deduct_score: 30, total_risk_num: 5145 },
    image_risk: { un_scanned_image_num: 5 },
    total_risk_num: 10663,
  });
});

test("without a filter, only the default enterprise project is counted", async () => {
  const total = async (query: string) => {
    const answer = await signed(`${riskListPath(projectId(0))}${query}`, account());
    return (await bodyOf<{ total_risk_num: number }>(answer)).total_risk_num;
  };
  const unfiltered = await total("");
  expect(unfiltered).toBe(await total("?enterprise_project_id=0"));
  expect(unfiltered).toBeLessThan(await total("?enterprise_project_id=all_granted_eps"));
});

test.each([
  ["a wrong secret key", () => signed("/v3/auth/projects", { ...account(), sk: "wrong" }), 401, "APIGW.0301"],
  ["an unknown access key", () => signed("/v3/auth/projects", { ak: "NOBODY", sk: "x" }), 401, "APIGW.0301"],
  ["no credential", () => fetch(new URL("/v3/auth/projects", simulator.url)), 401, "APIGW.0301"],
  [
    "a clock 16 minutes off",
    () => signed("/v3/auth/projects", account(), new Date(Date.now() - 16 * 60_000)),
    401,
    "APIGW.0303",
  ],
  ["an address that is not there", () => signed("/v5/nothing", account()), 404, "APIGW.0101"],
  ["another account's project", () => signed(riskListPath(projectId(0)), account(1)), 400, "HSS.0013"],
  [
    "an enterprise project that is not there",
    () => signed(`${riskListPath(projectId(0))}?enterprise_project_id=x`, account()),
    400,
    "HSS.0001",
  ],
])("%s is refused as documented", async (_, call, status, code) => {
  const answer = await call();
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error_code: code, error_msg: expect.any(String) });
  expect(answer.headers.get("x-request-id")).not.toBeNull();
});

test("HSS's own errors have three keys, the gateway's tell the request id", async () => {
  const own = await bodyOf(await signed(riskListPath(projectId(0)), account(1)));
  expect(Object.keys(own)).toEqual(["error_code", "error_description", "error_msg"]);
  const gateway = await signed("/v3/auth/projects", { ...account(), sk: "wrong" });
  expect((await bodyOf(gateway)).request_id).toBe(gateway.headers.get("x-request-id"));
});

test("a password gives a token for one project, good for that project alone", async () => {
  const created = await logIn({ project: { id: projectId(0) } });
  expect(created.status).toBe(201);
  expect(created.headers.get("x-iam-trace-id")).not.toBeNull();
  expect((await bodyOf(created)).token).toMatchObject({
    methods: ["password"],
    project: { id: projectId(0) },
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  });
  const headers = { "X-Auth-Token": created.headers.get("x-subject-token") ?? "" };
  expect((await fetch(new URL(riskListPath(projectId(0)), simulator.url), { headers })).status).toBe(200);
  const other = await fetch(new URL(riskListPath(projectId(2)), simulator.url), { headers });
  expect([other.status, (await bodyOf(other)).error_code]).toEqual([400, "HSS.0013"]);
});

test("a wrong password is refused in Keystone's form", async () => {
  const answer = await logIn({ domain: { name: account().name } }, "wrong");
  expect(answer.status).toBe(401);
  expect(await answer.json()).toEqual({
    error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" },
  });
});

test("projects of the caller's account are listed, and the object storage's", async () => {
  const answer = await signed("/v3/auth/projects", account());
  const { projects } = await bodyOf<{ projects: { name: string }[] }>(answer);
  expect(namesOf(projects)).toEqual(["ap-southeast-3", "ap-southeast-1", "ap-southeast-3_payments", "MOS"]);
});

test("enterprise projects are paged", async () => {
  const answer = await signed("/v1.0/enterprise-projects?limit=2&offset=1", account());
  const page = await bodyOf<{ total_count: number; enterprise_projects: { name: string }[] }>(answer);
  expect(page.total_count).toBe(3);
  expect(namesOf(page.enterprise_projects)).toEqual(["production", "development"]);
});

const riskList = (index: number) => signed(riskListPath(projectId(index)), account(index % 2));

test("a user has so many calls in a sliding window, then 429 with the documented words", async () => {
  const strict = await startSimulator({
    accounts: 2,
    projects: 6,
    limit: parseLimit("2/60s"),
    retryAfter: true,
  });
  const loose = simulator;
  simulator = strict;
  try {
    expect([(await riskList(0)).status, (await riskList(2)).status]).toEqual([200, 200]);
    const refused = await riskList(4);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await bodyOf(refused)).toMatchObject({
      error_code: "APIGW.0308",
      error_msg:
        "The throttling threshold has been reached: policy user over ratelimit,limit:2,time:1 minute",
    });
    expect((await signed("/v3/auth/projects", account())).status).toBe(200);
    const other = await riskList(1);
    expect([other.status, (await bodyOf(other)).error_msg]).toEqual([
      429,
      "The throttling threshold has been reached: policy ip over ratelimit,limit:2,time:1 minute",
    ]);
  } finally {
    simulator = loose;
    await strict.close();
  }
});

test.each([
  ["5/60s", { calls: 5, windowMs: 60_000 }],
  ["5/200ms", { calls: 5, windowMs: 200 }],
  ["off", null],
])("the limit %s is %j", (text, limit) => expect(parseLimit(text)).toEqual(limit));

test.each(["5", "0/1s", "5/0s", "five/1s"])("%s is no limit", (text) => {
  expect(() => parseLimit(text)).toThrow(`"${text}" is no limit`);
});

test("what was answered can be asked, and the day can be set, over HTTP", async () => {
  await signed("/v3/auth/projects", account());
  const asked = await (await fetch(new URL("/_simulator/requests", simulator.url))).json();
  expect(asked).toMatchObject([
    { method: "GET", path: "/v3/auth/projects", account: account().name, status: 200 },
  ]);
  const set = (date: string) =>
    fetch(new URL("/_simulator/date", simulator.url), { method: "POST", body: JSON.stringify({ date }) });
  expect((await set("2026-05-01")).status).toBe(200);
  expect((await set("tomorrow")).status).toBe(400);
  expect((await bodyOf(await fetch(new URL("/_simulator/world", simulator.url)))).date).toBe("2026-05-01");
});

test("a key is locked after more than five wrong signatures in a row", async () => {
  const wrong = { ...account(), sk: "wrong" };
  for (let count = 0; count < 5; count += 1) await signed("/v3/auth/projects", wrong);
  expect((await signed("/v3/auth/projects", account())).status).toBe(200);
  for (let count = 0; count < 6; count += 1) await signed("/v3/auth/projects", wrong);
  expect(await bodyOf(await signed("/v3/auth/projects", account()))).toMatchObject({
    error_code: "APIGW.0301",
    error_msg: "AK access failed to reach the limit,forbidden",
  });
});

test("docs/simulator.md names every fault", () => {
  const page = readFileSync(new URL("../../../docs/simulator.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("| faults |"));
  const named = [...table.matchAll(/^\|((?: `\w+`)+) \|/gm)].flatMap((row) => row[1]?.match(/\w+/g) ?? []);
  expect(named.toSorted()).toEqual([...WIRE_FAULTS, ...BODY_FAULTS].toSorted());
});

test("faults strike the calls their rules name, and the same ones for the same seed", async () => {
  const struck = async (seed: number) => {
    simulator.setFaults({ seed, faults: [{ fault: "http_503", probability: 0.5 }] });
    simulator.clearRequests();
    const [project] = simulator.world.projects;
    for (let nth = 0; nth < 20; nth += 1) {
      await signed(riskListPath(project?.id ?? ""), account());
    }
    return simulator.requests.map(({ fault }) => fault);
  };
  const first = await struck(1);
  expect(new Set(first)).toEqual(new Set(["http_503", null]));
  expect(await struck(1)).toEqual(first);
  expect(await struck(2)).not.toEqual(first);
});

test("a fault profile that cannot be is refused with what is wrong in it", () => {
  expect(() => parseFaultProfile({ faults: [{ fault: "fire" }] })).toThrow(/faults\.0\.fault: /);
  expect(() => parseFaultProfile({ fault: "stall" })).toThrow(/Unrecognized key: "fault"/);
});
