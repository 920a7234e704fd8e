import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BasicCredentials, GlobalCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import type { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import type { SdkResponse } from "@huaweicloud/huaweicloud-sdk-core/SdkResponse.js";
// the package's own entry loads a v5 that requires a file which it does not ship
import { IamClient } from "@huaweicloud/huaweicloud-sdk-iam/v3/public-api.js";
import { beforeEach, expect, test, vi } from "vitest";
import { type Simulator, startSimulator, type WorldAccount } from "./index.ts";

interface Key {
  ak: string;
  sk: string;
  securityToken?: string;
}

/** The members of a ListSecurityRisk answer that are compared. */
interface SecurityRisk extends SdkResponse {
  total_risk_num: number;
  alarm_risk: { deduct_score: number };
}

let simulator: Simulator;
let home: string;

beforeEach(async () => {
  // the SDK writes an id of its own into its user's home
  home = mkdtempSync(join(tmpdir(), "nightledger-sdk-"));
  vi.stubEnv("HOME", home);
  simulator = await startSimulator({ accounts: 2, projects: 6, limit: null });
  return async () => {
    await simulator.close();
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true });
  };
});

const account = (index = 0): WorldAccount => simulator.world.accounts[index] as WorldAccount;
const projectIds = (owner: WorldAccount) =>
  simulator.world.projects.filter((project) => project.account === owner).map(({ id }) => id);

function iam({ ak, sk }: Key): IamClient {
  const credential = new GlobalCredentials().withAk(ak).withSk(sk).withDomainId(account().domainId);
  return IamClient.newBuilder().withCredential(credential).withEndpoint(simulator.url).build();
}

/** The SDK's signer and client around a request of HSS, whose own package is 582 operations large. */
function listSecurityRisk(projectId: string, { ak, sk, securityToken }: Key): Promise<SecurityRisk> {
  const credential = new BasicCredentials().withAk(ak).withSk(sk).withProjectId(projectId);
  if (securityToken !== undefined) credential.withSecurityToken(securityToken);
  const client = new ClientBuilder((hcClient: HcClient) => hcClient)
    .withCredential(credential)
    .withEndpoint(simulator.url)
    .build();
  return client.sendRequest<SecurityRisk>({
    method: "GET",
    url: "/v5/{project_id}/overview/security/risk/list",
    contentType: "application/json",
    pathParams: { project_id: projectId },
    queryParams: { enterprise_project_id: "all_granted_eps" },
    headers: {},
  });
}

test("the official SDK's IAM client lists the projects of its key's account", async () => {
  const { httpStatusCode, projects = [] } = await iam(account()).keystoneListAuthProjects();
  expect(httpStatusCode).toBe(200);
  const listed = projects.filter(({ name }) => name !== "MOS").map(({ id }) => id);
  expect(listed.length).toBeGreaterThan(0);
  expect(projectIds(account())).toEqual(expect.arrayContaining(listed));
  expect(simulator.requests.map(({ account: caller, headers }) => [caller, headers["user-agent"]])).toEqual([
    [account().name, expect.stringContaining("huaweicloud-usdk-nodejs/3.0")],
  ]);
  expect(readdirSync(home)).toEqual([".huaweicloud"]);
});

test("ListSecurityRisk answers what the official SDK's signer signs", async () => {
  const [projectId = ""] = projectIds(account());
  expect(await listSecurityRisk(projectId, account())).toMatchObject({
    httpStatusCode: 200,
    alarm_risk: { deduct_score: 30 },
    total_risk_num: 10663,
  });
  expect(simulator.requests).toMatchObject([
    {
      path: `/v5/${projectId}/overview/security/risk/list?enterprise_project_id=all_granted_eps`,
      headers: {
        "x-project-id": projectId,
        authorization: expect.stringContaining(
          `SDK-HMAC-SHA256 Access=${account().ak}, SignedHeaders=content-type;host;x-project-id;x-sdk-date, `,
        ),
      },
    },
  ]);
});

test("ListSecurityRisk answers a temporary key of the official SDK's", async () => {
  const [projectId = ""] = projectIds(account());
  const answer = await listSecurityRisk(projectId, account().temporaryKey);
  expect(answer.total_risk_num).toBe(10663);
});

test("a wrong secret key is refused as the official SDK reports it", async () => {
  const key = { ak: account().ak, sk: "wrong" };
  const refused = {
    name: "ClientRequestException",
    httpStatusCode: 401,
    errorCode: "APIGW.0301",
    errorMsg: expect.stringContaining("verify aksk signature fail"),
    requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
  };
  await expect(iam(key).keystoneListAuthProjects()).rejects.toMatchObject(refused);
  await expect(listSecurityRisk(projectIds(account())[0] ?? "", key)).rejects.toMatchObject(refused);
});

test("another account's project is refused as the official SDK reports it", async () => {
  const [projectId = ""] = projectIds(account());
  await expect(listSecurityRisk(projectId, account(1))).rejects.toMatchObject({
    httpStatusCode: 400,
    errorCode: "HSS.0013",
  });
});
