import { afterEach, expect, test } from "vitest";
import {
  type Credential,
  DEFAULT_LIMITS,
  discoverTargets,
  listSecurityRisk,
  openCloud,
  openNetwork,
  Secret,
} from "../index.ts";
import { startTestCloud, type TestAnswer, type TestCall, type TestCloud } from "./test-cloud.ts";

const limits = { ...DEFAULT_LIMITS, retries: 0, retryMinMs: 1, timeoutMs: 5000 };
// one call at a time, so that what is counted does not depend on which answer comes first
const network = openNetwork({ concurrency: 1, limits, quota: null });
let cloud: TestCloud;

afterEach(() => cloud.close());

const PASSWORD = {
  kind: "password" as const,
  domainName: "acme",
  userName: "nightly",
  password: new Secret("hunter2"),
};
const AGENCY: Credential = { kind: "agency", domainName: "shop", agencyName: "reader", by: PASSWORD };
const PROJECTS = ["p1", "p2", "p3", "p4", "p5", "p6"];
const REFUSED: TestAnswer = {
  status: 401,
  body: { error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" } },
};

/** What a call to IAM asks a token for. */
function wantedBy({ body }: TestCall): string {
  const { scope, identity } = JSON.parse(body).auth;
  return `${identity.methods[0]} ${scope.project?.id ?? "domain"}`;
}

/** An IAM that gives tokens where it is allowed, and an HSS that has no risks. */
const world =
  (isRefused: (wanted: string, call: TestCall) => boolean) =>
  (call: TestCall): TestAnswer => {
    if (call.path.startsWith("/v3/auth/projects")) {
      const projects = PROJECTS.map((id) => ({
        id,
        name: `cn-north-4_${id}`,
        enabled: true,
        domain_id: "d",
      }));
      return { body: { projects, links: { next: null } } };
    }
    if (!call.path.startsWith("/v3/auth/tokens")) return { body: { total_risk_num: 0 } };
    const wanted = wantedBy(call);
    if (isRefused(wanted, call)) return REFUSED;
    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    return {
      status: 201,
      headers: { "X-Subject-Token": `token of ${wanted}` },
      body: { token: { expires_at } },
    };
  };

async function outcomes(credential: Credential): Promise<string[]> {
  const open = openCloud({
    account: "acme",
    credential,
    endpoints: { iam: cloud.url, eps: cloud.url, hss: cloud.url },
    limits,
    network,
  });
  const { targets } = await discoverTargets(open, { enterpriseProjects: ["0", "e1"] });
  const each: string[] = [];
  for (const target of targets) {
    const outcome = await listSecurityRisk(open, target).then(
      () => "fresh",
      (error: { failureKind?: string }) => error.failureKind ?? String(error),
    );
    each.push(`${target.projectId} ${outcome}`);
  }
  return each;
}

const tokenCalls = () => cloud.calls.filter(({ path }) => path.startsWith("/v3/auth/tokens")).map(wantedBy);
const each = (outcome: (project: string) => string): string[] =>
  PROJECTS.flatMap((id) => [`${id} ${outcome(id)}`, `${id} ${outcome(id)}`]);

test("one project that gets no token is missing by itself, and is asked for once", async () => {
  cloud = await startTestCloud(world((wanted) => wanted === "password p2"));
  expect(await outcomes(PASSWORD)).toEqual(each((id) => (id === "p2" ? "permission" : "fresh")));
  expect(tokenCalls()).toEqual(["domain", ...PROJECTS].map((scope) => `password ${scope}`));
});

test("several projects that get no token one after the other are each proved not to be the password's fault", async () => {
  cloud = await startTestCloud(world((wanted) => /p[123]$/.test(wanted)));
  expect(await outcomes(PASSWORD)).toEqual(each((id) => (/[123]/.test(id) ? "permission" : "fresh")));
  expect(tokenCalls()).toEqual(
    ["domain", "p1", "p2", "domain", "p3", "domain", "p4", "p5", "p6"].map((scope) => `password ${scope}`),
  );
});

test("a password that is changed in mid-run is tried three times, and rests", async () => {
  cloud = await startTestCloud(world((wanted) => wanted !== "password domain" || cloud.calls.length > 2));
  const found = await outcomes(PASSWORD);
  expect(found.slice(2)).toEqual(each(() => "credential").slice(2));
  expect(tokenCalls()).toEqual(["domain", "p1", "p2", "domain"].map((scope) => `password ${scope}`));
});

test("a wrong password is tried once", async () => {
  cloud = await startTestCloud(world(() => true));
  await expect(outcomes(PASSWORD)).rejects.toMatchObject({ failureKind: "credential" });
  await expect(outcomes(PASSWORD)).rejects.toMatchObject({ failureKind: "credential" });
  expect(tokenCalls()).toEqual(["password domain", "password domain"]);
});

test("all tokens of an agency are got with one token of the user that assumes it", async () => {
  cloud = await startTestCloud(
    world(
      (wanted, { headers }) =>
        wanted.startsWith("assume") && headers["x-auth-token"] !== "token of password domain",
    ),
  );
  expect(await outcomes(AGENCY)).toEqual(each(() => "fresh"));
  expect(tokenCalls()).toEqual([
    "password domain",
    ...["domain", ...PROJECTS].map((scope) => `assume_role ${scope}`),
  ]);
});

test("an agency's user whose token has ended gets another, and one project that gets none is missing by itself", async () => {
  let isEnded = false;
  cloud = await startTestCloud(
    world((wanted) => {
      if (wanted === "assume_role p4" && !isEnded) {
        isEnded = true;
        return true;
      }
      return wanted === "assume_role p2";
    }),
  );
  expect(await outcomes(AGENCY)).toEqual(each((id) => (id === "p2" ? "permission" : "fresh")));
});
