import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, type EnterpriseProjects, openCloud, openNetwork, Secret } from "@nightledger/core";
import { type Ledger, openLedger } from "@nightledger/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ingest } from "../ingest.ts";
import type { PinnedProject } from "../job.ts";

const limits = { ...DEFAULT_LIMITS, retries: 0, retryMinMs: 1, timeoutMs: 5000 };
const network = openNetwork({ concurrency: 8, limits, quota: null });

/** What IAM, EPS and HSS answer: a status and a body. */
interface Answer {
  status?: number;
  body: unknown;
}

let folder: string;
let ledger: Ledger;
let url: string;
let close: () => Promise<void>;
/** What IAM lists for a user, by its access key. */
let listed: Record<string, Answer | undefined>;
let eps: (offset: number) => unknown;

const REFUSED: Answer = {
  status: 401,
  body: { error_code: "APIGW.0301", error_msg: "Incorrect IAM authentication" },
};
const DOWN: Answer = { status: 500, body: {} };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-discovery-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  listed = {};
  eps = () => ({ enterprise_projects: [], total_count: 0 });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
    const [, ak = ""] = /Access=(\w+)/.exec(request.headers.authorization ?? "") ?? [];
    const iam = pathname === "/v3/auth/projects" ? (listed[ak] ?? { body: { projects: [] } }) : null;
    const other = pathname.startsWith("/v1.0/")
      ? eps(Number(searchParams.get("offset")))
      : { total_risk_num: 0 };
    response.writeHead(iam?.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(iam?.body ?? other));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
});

afterEach(async () => {
  await ledger.close();
  await close();
  rmSync(folder, { recursive: true });
});

const project = (id: string, more: object = {}) => ({
  id,
  name: `cn-north-4_${id}`,
  enabled: true,
  is_domain: false,
  domain_id: "d",
  ...more,
});
const list = (...projects: unknown[]): Answer => ({ body: { projects, links: { next: null } } });

interface Asked {
  names?: string[];
  enterpriseProjects?: EnterpriseProjects;
  pinnedProjects?: PinnedProject[];
  day?: number;
}

const dateOf = (day: number): string => `2026-11-${day}`;

/** A night of accounts that are called as their access keys are. */
async function night({
  names = ["acme"],
  enterpriseProjects = "all_granted_eps",
  pinnedProjects,
  day = 24,
}: Asked = {}) {
  const accounts = names.map((account) => ({
    cloud: openCloud({
      account,
      credential: { kind: "key", ak: account, sk: new Secret("sk") },
      endpoints: { iam: url, eps: url, hss: url },
      limits,
      network,
    }),
    enterpriseProjects,
    ...(pinnedProjects && { pinnedProjects }),
  }));
  const { status, expected, fetched, alreadyFresh, missing, problems } = await ingest(ledger, {
    dataDate: dateOf(day),
    accounts,
    concurrency: 4,
  });
  return { status, counts: [expected, fetched + alreadyFresh, missing], problems };
}

const lines = (rows: readonly object[]): string[] => rows.map((row) => Object.values(row).join(" ")).sort();

const coverage = async (day = 24) =>
  lines(
    await ledger.db
      .selectFrom("coverage_target_daily")
      .select(["account", "project_id", "enterprise_project_id", "outcome", "failure_kind"])
      .where("data_date", "=", dateOf(day))
      .execute(),
  );
const changes = async (day = 24) =>
  lines(
    await ledger.db
      .selectFrom("scope_change_daily")
      .select(["account", "project_id", "change", "reason"])
      .where("data_date", "=", dateOf(day))
      .execute(),
  );
const accountsOn = async (day = 24) =>
  lines(
    await ledger.db
      .selectFrom("coverage_account_daily")
      .select(["account", "expected", "fresh", "missing", "failure_kind"])
      .where("data_date", "=", dateOf(day))
      .execute(),
  );

test("a project that IAM lists twice is one target", async () => {
  listed.acme = list(project("p1"), project("p1"), project("p2"));
  expect(await night()).toEqual({ status: "complete", counts: [2, 2, 0], problems: [] });
});

test("an enterprise project that is configured twice is one target", async () => {
  listed.acme = list(project("p1"));
  expect(await night({ enterpriseProjects: ["0", "0"] })).toMatchObject({
    status: "complete",
    counts: [1, 1, 0],
  });
});

test.each([
  { odd: { name: null }, reason: "name_unreadable", detail: "p2 (its name: " },
  { odd: { enabled: "true" }, reason: "enabled_unreadable", detail: "p2 (its enabled: " },
  { odd: { is_domain: "no" }, reason: "entry_unreadable", detail: "p2 (its is_domain: " },
])("a project with $odd is left out alone, with its reason on record", async ({ odd, reason, detail }) => {
  listed.acme = list(project("p1"), project("p2", odd));
  const found = await night();
  expect(found).toMatchObject({ status: "partial", counts: [1, 1, 0] });
  expect(found.problems).toEqual([expect.stringContaining(detail)]);
  expect(await coverage()).toEqual(["acme p1 all_granted_eps fresh "]);
  expect(await changes()).toEqual(["acme p1 new account_added", `acme p2 left_out ${reason}`]);
});

test("a project on record whose entry cannot be read any more is missing, and stays in scope until it can", async () => {
  listed.acme = list(project("p1"), project("p2"));
  await night({ day: 24 });
  listed.acme = list(project("p1"), project("p2", { name: null }));
  for (const day of [25, 26]) {
    expect(await night({ day })).toMatchObject({ status: "partial", counts: [2, 1, 1] });
    expect(await coverage(day)).toContain("acme p2 all_granted_eps missing contract");
    expect(await changes(day)).toEqual([]);
  }
  listed.acme = list(project("p1"), project("p2"));
  expect(await night({ day: 27 })).toMatchObject({ status: "complete", counts: [2, 2, 0] });
  expect(await changes(27)).toEqual([]);
});

test("a project that can be read again comes into the scope for that reason", async () => {
  listed.acme = list(project("p1"), project("p2", { enabled: "true" }));
  await night({ day: 24 });
  listed.acme = list(project("p1"), project("p2"));
  expect(await night({ day: 25 })).toMatchObject({ status: "complete", counts: [2, 2, 0] });
  expect(await changes(25)).toEqual(["acme p2 new readable_again"]);
});

test("a pinned project whose entry cannot be read is missing as not discovered", async () => {
  listed.acme = list(project("p1"), project("p2", { name: 7 }));
  const pinnedProjects = [{ id: "p2", name: "cn-north-4_p2" }];
  expect(await night({ pinnedProjects })).toMatchObject({ status: "partial", counts: [2, 1, 1] });
  expect(await coverage()).toContain("acme p2 all_granted_eps missing not_discovered");
});

test("an enabled project in a region that is not known is expected, and missing for it", async () => {
  listed.acme = list(project("p1"), project("p2", { name: "mars-1_p2" }));
  const found = await night();
  expect(found).toMatchObject({ status: "partial", counts: [2, 1, 1] });
  expect(found.problems).toEqual([
    expect.stringMatching(/^region: Project p2 .* region "mars-1" is not known/),
  ]);
  expect(await coverage()).toContain("acme p2 all_granted_eps missing region");
  expect(await changes()).toContain("acme p2 new account_added");
});

test("an enterprise project that cannot be read is left out alone, with its reason on record", async () => {
  listed.acme = list(project("p1"));
  eps = () => ({ enterprise_projects: [{ id: null, name: "odd" }, { id: "e1" }], total_count: 2 });
  const found = await night({ enterpriseProjects: "each" });
  expect(found).toMatchObject({ status: "partial", counts: [1, 1, 0] });
  expect(found.problems).toEqual([expect.stringContaining("enterprise project ?odd (its id: ")]);
  expect(await changes()).toEqual(["acme * left_out id_unreadable", "acme p1 new account_added"]);
});

test("what an incomplete list does not show stays expected, and what it may have beside is a whole account's gap", async () => {
  listed.acme = list(project("p1"), project("p2"));
  await night({ day: 24 });
  listed.acme = { body: { projects: [project("p1")], links: { next: "https://elsewhere.example.com/" } } };
  const found = await night({ day: 25 });
  expect(found).toMatchObject({ status: "partial", counts: [3, 1, 2] });
  expect(await coverage(25)).toEqual([
    "acme * * missing contract",
    "acme p1 all_granted_eps fresh ",
    "acme p2 all_granted_eps missing contract",
  ]);
  expect(await changes(25)).toEqual([]);
  expect(await accountsOn(25)).toEqual(["acme  1 2 contract"]);
  listed.acme = list(project("p1"));
  expect(await night({ day: 26 })).toMatchObject({ status: "complete", counts: [1, 1, 0] });
  expect(await changes(26)).toEqual(["acme p2 gone not_listed"]);
});

test("an account whose discovery fails on its first night is missing as a whole, and the same night can be made good", async () => {
  listed.acme = list(project("p1"));
  listed.shop = REFUSED;
  const names = ["acme", "shop"];
  const first = await night({ names, day: 24 });
  expect(first).toMatchObject({ status: "partial", counts: [2, 1, 1] });
  expect(await coverage(24)).toEqual(["acme p1 all_granted_eps fresh ", "shop * * missing credential"]);
  expect(await accountsOn(24)).toEqual(["acme 1 1 0 ", "shop  0 1 credential"]);
  listed.shop = DOWN;
  await night({ names, day: 25 });
  expect(await coverage(25)).toContain("shop * * missing cloud");
  listed.shop = list(project("s1"), project("s2"));
  expect(await night({ names, day: 25 })).toMatchObject({ status: "complete", counts: [3, 3, 0] });
  expect(await coverage(25)).toEqual([
    "acme p1 all_granted_eps fresh ",
    "shop s1 all_granted_eps fresh ",
    "shop s2 all_granted_eps fresh ",
  ]);
  expect(await accountsOn(25)).toEqual(["acme 1 1 0 ", "shop 2 2 0 "]);
  expect(await ledger.db.selectFrom("coverage_daily").selectAll().execute()).toEqual([
    { data_date: "2026-11-24", expected: 2, fresh: 1, carried: 0, missing: 1 },
    { data_date: "2026-11-25", expected: 3, fresh: 3, carried: 0, missing: 0 },
  ]);
});

test("an account that is renamed on a night on which it fails at first is whole on that night once it is asked", async () => {
  listed.acme = list(project("p1"), project("p2"));
  await night({ day: 23 });
  listed.corp = DOWN;
  await night({ names: ["corp"], day: 24 });
  expect(await coverage(24)).toEqual(["corp * * missing cloud"]);
  listed.corp = list(project("p1"), project("p2"));
  expect(await night({ names: ["corp"], day: 24 })).toMatchObject({ status: "complete", counts: [2, 2, 0] });
  expect(await coverage(24)).toEqual(["corp p1 all_granted_eps fresh ", "corp p2 all_granted_eps fresh "]);
  expect(await accountsOn(24)).toEqual(["corp 2 2 0 "]);
  expect(await changes(24)).toEqual(["corp  account_renamed same_domain"]);
});

test("a project on record that cannot be read on the night its account is renamed is missing, not gone", async () => {
  listed.acme = list(project("p1"), project("p2"));
  await night({ day: 23 });
  listed.corp = list(project("p1"), project("p2", { enabled: "true" }));
  expect(await night({ names: ["corp"], day: 24 })).toMatchObject({ status: "partial", counts: [2, 1, 1] });
  expect(await coverage(24)).toEqual([
    "corp p1 all_granted_eps fresh ",
    "corp p2 all_granted_eps missing contract",
  ]);
  expect(await changes(24)).toEqual(["corp  account_renamed same_domain"]);
});

test("what an incomplete list does not show is missing on the night its account is renamed", async () => {
  listed.acme = list(project("p1"), project("p2"));
  await night({ day: 23 });
  listed.corp = { body: { projects: [project("p1")], links: { next: "https://elsewhere.example/more" } } };
  expect(await night({ names: ["corp"], day: 24 })).toMatchObject({ status: "partial", counts: [3, 1, 2] });
  expect(await coverage(24)).toEqual([
    "corp * * missing contract",
    "corp p1 all_granted_eps fresh ",
    "corp p2 all_granted_eps missing contract",
  ]);
});

test("a project that two accounts see stays with the one that has it when that one is renamed", async () => {
  listed = { acme: list(project("p1"), project("both")), shop: list(project("both"), project("s1")) };
  await night({ names: ["acme", "shop"], day: 23 });
  listed.corp = listed.acme;
  await night({ names: ["shop", "corp"], day: 24 });
  expect(await coverage(24)).toContain("corp both all_granted_eps fresh ");
  expect(await changes(24)).toEqual(["corp  account_renamed same_domain"]);
});

test("accounts that swap names on a night on which one cannot be asked lose no project to each other", async () => {
  listed = { one: list(project("p1")), two: list(project("p2", { domain_id: "other" })) };
  await night({ names: ["one", "two"], day: 23 });
  listed = { one: DOWN, two: list(project("p1")) };
  expect(await night({ names: ["one", "two"], day: 24 })).toMatchObject({
    status: "partial",
    counts: [2, 1, 1],
  });
  expect(await coverage(24)).toEqual(["one * * missing cloud", "two p1 all_granted_eps fresh "]);
  expect(await changes(24)).toEqual(["two  account_renamed same_domain"]);
  listed.one = list(project("p2", { domain_id: "other" }));
  expect(await night({ names: ["one", "two"], day: 24 })).toMatchObject({
    status: "complete",
    counts: [2, 2, 0],
  });
  expect(await coverage(24)).toEqual(["one p2 all_granted_eps fresh ", "two p1 all_granted_eps fresh "]);
  expect(await changes(24)).toEqual(["one  account_renamed same_domain", "two  account_renamed same_domain"]);
});

test("the only account, refused on the first night of all, has a row in coverage", async () => {
  listed.acme = REFUSED;
  expect(await night()).toMatchObject({ status: "failed", counts: [1, 0, 1] });
  expect(await coverage()).toEqual(["acme * * missing credential"]);
});

test("a project that two accounts see counts once, with the account that has it on record", async () => {
  listed.acme = list(project("p1"), project("both"));
  listed.shop = list(project("both"), project("s1"));
  const names = ["acme", "shop"];
  expect(await night({ names, day: 20 })).toMatchObject({
    status: "complete",
    counts: [3, 3, 0],
    problems: [],
  });
  expect(await coverage(20)).toEqual([
    "acme both all_granted_eps fresh ",
    "acme p1 all_granted_eps fresh ",
    "shop s1 all_granted_eps fresh ",
  ]);
  expect(await changes(20)).toContain("shop both left_out seen_by_another_account");

  // the order of the configuration changes nothing
  await night({ names: ["shop", "acme"], day: 21 });
  expect(await coverage(21)).toContain("acme both all_granted_eps fresh ");
  expect(await changes(21)).toEqual([]);

  // neither does a night on which the account cannot be asked
  listed.acme = REFUSED;
  expect(await night({ names: ["shop", "acme"], day: 22 })).toMatchObject({
    status: "partial",
    counts: [3, 1, 2],
  });
  expect(await coverage(22)).toContain("acme both all_granted_eps missing credential");

  // the other takes it over when the first one does not have it any more
  listed.acme = list(project("p1"));
  expect(await night({ names, day: 23 })).toMatchObject({ status: "complete", counts: [3, 3, 0] });
  expect(await changes(23)).toEqual(["acme both gone not_listed", "shop both new taken_over"]);

  // and keeps it when the first one sees it again
  listed.acme = list(project("p1"), project("both"));
  await night({ names, day: 24 });
  expect(await coverage(24)).toContain("shop both all_granted_eps fresh ");
  expect(await changes(24)).toEqual(["acme both left_out seen_by_another_account"]);
});

test("an account that is configured under two names counts once, and its removal hands all over", async () => {
  const projects = [project("p1"), project("p2")];
  listed = { acme: list(...projects), twin: list(...projects) };
  expect(await night({ names: ["acme", "twin"], day: 23 })).toMatchObject({
    status: "complete",
    counts: [2, 2, 0],
  });
  expect(await night({ names: ["twin"], day: 24 })).toMatchObject({ status: "complete", counts: [2, 2, 0] });
  expect(await changes(24)).toEqual([
    "acme p1 gone account_removed",
    "acme p2 gone account_removed",
    "twin p1 new taken_over",
    "twin p2 new taken_over",
  ]);
});

test("each enterprise project of a project that two accounts see counts once", async () => {
  listed = { acme: list(project("both")), shop: list(project("both")) };
  await night({ names: ["acme", "shop"], enterpriseProjects: ["0", "e1"] });
  expect(await coverage()).toEqual(["acme both 0 fresh ", "acme both e1 fresh "]);
});
