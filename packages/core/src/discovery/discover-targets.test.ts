import { afterEach, expect, test } from "vitest";
import {
  DEFAULT_LIMITS,
  discoverTargets,
  type EnterpriseProjects,
  openCloud,
  openNetwork,
  Secret,
} from "../index.ts";
import { startTestCloud, type TestAnswer, type TestCall, type TestCloud } from "./test-cloud.ts";

const limits = { ...DEFAULT_LIMITS, retries: 0, retryMinMs: 1, timeoutMs: 5000 };
const network = openNetwork({ concurrency: 8, limits, quota: null });
const clouds: TestCloud[] = [];

afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

async function start(answer: (call: TestCall) => TestAnswer): Promise<TestCloud> {
  const cloud = await startTestCloud(answer);
  clouds.push(cloud);
  return cloud;
}

async function discover({ url }: TestCloud, enterpriseProjects: EnterpriseProjects = "all_granted_eps") {
  const cloud = openCloud({
    account: "acme",
    credential: { kind: "key", ak: "AK", sk: new Secret("SK") },
    endpoints: { iam: url, eps: url, hss: url },
    limits,
    network,
  });
  const { targets, regionless, leftOut, incomplete } = await discoverTargets(cloud, { enterpriseProjects });
  return {
    targets: targets.map(({ projectId, enterpriseProjectId }) => `${projectId} ${enterpriseProjectId}`),
    regionless: regionless.map(({ projectId, region }) => `${projectId} ${region}`),
    leftOut: leftOut.map(({ projectId, reason }) => `${projectId} ${reason}`),
    incomplete: incomplete?.message ?? null,
  };
}

const project = (id: string, more: object = {}) => ({
  id,
  name: `cn-north-4_${id}`,
  enabled: true,
  is_domain: false,
  domain_id: "d1",
  ...more,
});

const GOOD = project("good");
const ODD: { odd: string; listed: unknown[]; seen: object }[] = [
  { odd: "a project twice", listed: [GOOD, GOOD], seen: {} },
  {
    odd: "a project once enabled and once not",
    listed: [project("good", { enabled: false }), GOOD],
    seen: {},
  },
  {
    odd: "a name that is null",
    listed: [project("p", { name: null }), GOOD],
    seen: { leftOut: ["p name_unreadable"] },
  },
  {
    odd: "a name that is empty",
    listed: [project("p", { name: "" }), GOOD],
    seen: { leftOut: ["p name_unreadable"] },
  },
  {
    odd: "enabled as a text",
    listed: [project("p", { enabled: "true" }), GOOD],
    seen: { leftOut: ["p enabled_unreadable"] },
  },
  {
    odd: "is_domain as a number",
    listed: [project("p", { is_domain: 1 }), GOOD],
    seen: { leftOut: ["p entry_unreadable"] },
  },
  {
    odd: "an id that is null",
    listed: [project("p", { id: null }), GOOD],
    seen: { leftOut: ["?cn-north-4_p id_unreadable"] },
  },
  {
    odd: "an id with a NUL",
    listed: [project("p", { id: "p\0" }), GOOD],
    seen: { leftOut: ["p\ufffd id_unreadable"] },
  },
  {
    odd: "an id that stands for all",
    listed: [project("*", {}), GOOD],
    seen: { leftOut: ["?cn-north-4_* id_unreadable"] },
  },
  {
    odd: "entries that are no objects",
    listed: [null, "p", 7, GOOD],
    seen: { leftOut: ["? entry_unreadable"] },
  },
  { odd: "a domain id as a number", listed: [project("good", { domain_id: 7 })], seen: {} },
  { odd: "a member that claims a reason", listed: [project("good", { reason: "x" })], seen: {} },
  {
    odd: "a region that is not known",
    listed: [project("p", { name: "mars-1_p" }), GOOD],
    seen: { regionless: ["p mars-1"] },
  },
  {
    odd: "a disabled one of a region that is not known",
    listed: [project("p", { name: "mars-1_p", enabled: false }), GOOD],
    seen: { leftOut: ["p disabled"] },
  },
  {
    odd: "the domain and the object storage",
    listed: [project("d", { is_domain: true }), project("m", { name: "MOS" }), GOOD],
    seen: {},
  },
];

test.each(ODD)("lists $odd, and the other project is a target all the same", async ({ listed, seen }) => {
  const cloud = await start(() => ({ body: { projects: listed, links: { next: null } } }));
  expect(await discover(cloud)).toEqual({
    targets: ["good all_granted_eps"],
    regionless: [],
    leftOut: [],
    incomplete: null,
    ...seen,
  });
});

test("asks with an enterprise project once that is configured twice", async () => {
  const cloud = await start(() => ({ body: { projects: [GOOD] } }));
  expect(await discover(cloud, ["0", "0", "e1"])).toMatchObject({ targets: ["good 0", "good e1"] });
});

test("follows links.next to the last page", async () => {
  const cloud = await start(({ path }) => {
    const page = Number(new URL(path, "http://x").searchParams.get("page") ?? 1);
    const next = page < 3 ? `${page === 1 ? cloud.url : ""}/v3/auth/projects?page=${page + 1}` : null;
    return { body: { projects: [project(`p${page}`)], links: { next } } };
  });
  expect(await discover(cloud)).toMatchObject({
    targets: ["p1 all_granted_eps", "p2 all_granted_eps", "p3 all_granted_eps"],
    incomplete: null,
  });
  expect(cloud.calls.map(({ path }) => path)).toEqual([
    "/v3/auth/projects",
    "/v3/auth/projects?page=2",
    "/v3/auth/projects?page=3",
  ]);
});

const said = (why: string): string =>
  `The answer of KeystoneListAuthProjects is not what its documentation says: $.links.next: ${why}.`;

test("sends nothing to another origin that links.next names", async () => {
  const other = await start(() => ({ body: { projects: [project("evil")] } }));
  const cloud = await start(() => ({ body: { projects: [GOOD], links: { next: `${other.url}/more` } } }));
  expect(await discover(cloud)).toMatchObject({
    targets: ["good all_granted_eps"],
    incomplete: said("another origin than endpoints.iam"),
  });
  expect(other.calls).toEqual([]);
});

test.each([
  { next: 7, why: "no URL", calls: 1 },
  { next: "http://[", why: "no URL", calls: 1 },
  { next: "/v3/auth/projects", why: "a page that was read already", calls: 1 },
])("keeps what a list shows whose links.next is $next", async ({ next, why, calls }) => {
  const cloud = await start(() => ({ body: { projects: [GOOD], links: { next } } }));
  expect(await discover(cloud)).toMatchObject({ targets: ["good all_granted_eps"], incomplete: said(why) });
  expect(cloud.calls).toHaveLength(calls);
});

test("ends a list of projects that has no end", async () => {
  const cloud = await start(() => ({
    body: { projects: [GOOD], links: { next: `/v3/auth/projects?page=${cloud.calls.length}` } },
  }));
  expect(await discover(cloud)).toMatchObject({
    targets: ["good all_granted_eps"],
    incomplete: said("more than 100 pages"),
  });
  expect(cloud.calls).toHaveLength(100);
});

test("keeps the first page where the second one fails", async () => {
  const cloud = await start(({ path }) =>
    path.includes("page=2")
      ? { status: 500, body: {} }
      : { body: { projects: [GOOD], links: { next: "/v3/auth/projects?page=2" } } },
  );
  const found = await discover(cloud);
  expect(found.targets).toEqual(["good all_granted_eps"]);
  expect(found.incomplete).toMatch(/^The cloud failed: HTTP 500/);
});

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: `e${from + index}` }));
const offsetOf = ({ path }: TestCall): number => Number(new URL(path, "http://x").searchParams.get("offset"));

const EPS: {
  pages: string;
  eps: (call: TestCall) => unknown;
  targets: number;
  calls: number;
  seen?: object;
}[] = [
  {
    pages: "an entry that cannot be read",
    eps: () => ({ enterprise_projects: [{ id: 5 }, null, { id: "e0" }], total_count: 3 }),
    targets: 1,
    calls: 1,
    seen: { leftOut: ["* id_unreadable", "* entry_unreadable"] },
  },
  {
    pages: "an entry twice",
    eps: () => ({ enterprise_projects: [{ id: "e0" }, { id: "e0" }], total_count: 2 }),
    targets: 1,
    calls: 1,
  },
  {
    pages: "a count that is no number",
    eps: () => ({ enterprise_projects: many(2), total_count: "2" }),
    targets: 2,
    calls: 1,
  },
  {
    pages: "a count with a fraction",
    eps: () => ({ enterprise_projects: many(2), total_count: 1.5 }),
    targets: 2,
    calls: 1,
  },
  {
    pages: "a smaller count than they list",
    eps: (call) => ({
      enterprise_projects: offsetOf(call) === 0 ? many(1000) : many(1, 1000),
      total_count: 1,
    }),
    targets: 1001,
    calls: 2,
  },
  {
    pages: "a greater count than they list",
    eps: (call) => ({ enterprise_projects: offsetOf(call) === 0 ? many(2) : [], total_count: 5 }),
    targets: 2,
    calls: 2,
    seen: { incomplete: expect.stringContaining("$.total_count: counts 5, and 2 are listed") },
  },
  {
    pages: "the same page again and again",
    eps: () => ({ enterprise_projects: many(1000), total_count: 3000 }),
    targets: 1000,
    calls: 2,
    seen: { incomplete: expect.stringContaining("$.total_count: counts 3000, and 1000 are listed") },
  },
  {
    pages: "pages without end",
    eps: (call) => ({ enterprise_projects: many(1000, offsetOf(call)), total_count: 9_000_000_000 }),
    targets: 20_000,
    calls: 20,
    seen: { incomplete: expect.stringContaining("more than 20 pages") },
  },
];

test.each(EPS)("EPS gives $pages, and what it lists is asked for", async ({ eps, targets, calls, seen }) => {
  const cloud = await start((call) => ({
    body: call.path.startsWith("/v1.0/") ? eps(call) : { projects: [GOOD] },
  }));
  const found = await discover(cloud, "each");
  expect(found).toMatchObject({ leftOut: [], incomplete: null, ...seen });
  expect(found.targets).toHaveLength(targets);
  expect(cloud.calls.filter(({ path }) => path.startsWith("/v1.0/"))).toHaveLength(calls);
});
