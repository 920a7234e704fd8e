import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { DEFAULT_LIMITS, listSecurityRisk, openCloud, openNetwork, Secret } from "./index.ts";

const AK = "HPUAQ4TJ7XCANARYKEYA";
const SK = "canary-secret-access-key";
const TOKEN = "canary-security-token";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** What is said of a call to a gateway that repeats what it was sent. */
async function saidBy(message: (authorization: string, token: string) => string): Promise<string> {
  const server = createServer((request, response) => {
    const { authorization = "", "x-security-token": token } = request.headers;
    response.writeHead(401, { "x-request-id": `id-of-${AK}` });
    response.end(
      JSON.stringify({ error_code: "APIGW.0301", error_msg: message(authorization, String(token)) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const network = openNetwork({ concurrency: 1, limits: DEFAULT_LIMITS, quota: null });
  closing.push(
    () => network.close(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  const cloud = openCloud({
    account: "acme",
    credential: { kind: "key", ak: AK, sk: new Secret(SK), securityToken: new Secret(TOKEN) },
    endpoints: { iam: url, eps: url, hss: url },
    limits: DEFAULT_LIMITS,
    network,
  });
  const target = {
    account: "acme",
    region: "ap-southeast-3",
    projectId: "p1",
    projectName: "ap-southeast-3",
    enterpriseProjectId: "all_granted_eps",
  };
  return await listSecurityRisk(cloud, target, {}).then(
    () => "it was answered",
    (error: Error) => error.message,
  );
}

test("a key that a 401 names is shortened, in its request's id, too", async () => {
  expect(await saidBy(() => `Incorrect IAM authentication information: AK ${AK} not exist`)).toBe(
    'The credential of account "acme" is refused: HTTP 401, APIGW.0301: Incorrect IAM authentication information: ' +
      "AK HPUA… not exist (request id-of-HPUA…). Check accounts[].credential and this machine's clock.",
  );
});

test("a key that would be cut in the middle does not come through as its part", async () => {
  const said = await saidBy(() => `${"x".repeat(290)}${AK}`);
  expect(said).toContain(`${"x".repeat(290)}HPUA… (request`);
});

test("headers that a gateway repeats are no secret's way out", async () => {
  const said = await saidBy((authorization, token) => {
    const [, signature] = /Signature=(\w+)/.exec(authorization) ?? [];
    return `sig ${signature} token ${token} sk ${SK}`;
  });
  expect(said).toContain("sig [secret] token [secret] sk [secret] (request");
  expect(await saidBy((authorization) => `got ${authorization}.`)).toContain("got [secret].");
});
