import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { runHere } from "../test-command.ts";

const NIGHT = "2026-11-24";

let folder: string;
let url: string;
let close: () => void;
/** The projects that IAM lists for a user, by its access key; null refuses it. */
let listed: Record<string, unknown[] | null>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-scope-"));
  const server = createServer((request, response) => {
    const [, ak = ""] = /Access=(\w+)/.exec(request.headers.authorization ?? "") ?? [];
    const isIam = request.url?.startsWith("/v3/") === true;
    const projects = listed[ak];
    const body = isIam ? { projects, links: { next: null } } : { total_risk_num: 3 };
    response.writeHead(isIam && projects === null ? 401 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(projects === null ? { error_code: "APIGW.0301", error_msg: "no" } : body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});

afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

const project = (id: string, more: object = {}) => ({ id, name: `cn-north-4_${id}`, enabled: true, ...more });

function configure(names: readonly string[], more: object = {}): void {
  writeFileSync(join(folder, "sk"), "secret", { mode: 0o600 });
  writeFileSync(join(folder, "ak-acme"), "acme", { mode: 0o600 });
  writeFileSync(join(folder, "ak-shop"), "shop", { mode: 0o600 });
  writeFileSync(join(folder, "ak-bank"), "bank", { mode: 0o600 });
  const accounts = names.map((name) => ({
    name,
    credential: { ak: `\${file:ak-${name}}`, sk: "${file:sk}" },
    endpoints: { iam: url, eps: url, hss: url },
    ...more,
  }));
  const settings = {
    timeZone: "Asia/Singapore",
    database: "nightledger.db",
    request: { retries: 0, quota: "off" },
    allowAnyDate: true,
    accounts,
  };
  writeFileSync(join(folder, "nightledger.yaml"), stringify(settings, { aliasDuplicateObjects: false }));
}

const command = (...args: string[]) => runHere(folder, args);

test("ingest records a project of an unknown region as missing, and exits 3 until the region is configured", async () => {
  listed = { acme: [project("p1"), project("p2", { name: "mars-1_p2" })] };
  configure(["acme"]);
  const first = await command("ingest", "--date", NIGHT);
  expect(first.status).toBe(3);
  expect(first.out).toContain('region: Project p2 is enabled, and its region "mars-1" is not known.');
  const run = JSON.parse((await command("runs", "show", "1", "--json")).out);
  expect(run.failures).toEqual([
    {
      failure_kind: "region",
      targets: 1,
      cure: "add the region to regions with the URL of its HSS, or leave the project out by name (projects.ID.leaveOut)",
    },
  ]);
  writeFileSync(join(folder, "nightledger.yaml"), `regions: { mars-1: { hss: "${url}" } }\n`, { flag: "a" });
  expect(await command("ingest", "--date", NIGHT)).toMatchObject({ status: 0 });
});

test("runs show and doctor name what is left out, and what two accounts see", async () => {
  listed = {
    acme: [project("p1"), project("both"), project("p2", { name: null })],
    shop: [project("both"), project("s1", { name: "mars-1_s1" })],
  };
  configure(["acme", "shop"]);
  const { status, out } = await command("ingest", "--date", NIGHT);
  expect(status).toBe(3);
  expect(out).toContain("Run 1, 2026-11-24: partial. 3 targets expected: 2 fetched, 1 missing.");
  expect(out).toContain(
    'Account "acme": The cloud\'s lists have entries that cannot be read, and they are left out: project p2 (its name: ',
  );
  const shown = (await command("runs", "show", "1")).out;
  expect(shown).toMatch(
    /\nChanges of scope and names\nchange +reason +account +region +project_name +enterprise_project_id +old_value +new_value +detail\n/,
  );
  expect(shown).toMatch(/\nleft_out +name_unreadable +acme +\* +p2 /);
  expect(shown).toMatch(/\nleft_out +seen_by_another_account +shop +cn-north-4 +cn-north-4_both /);

  const doctor = JSON.parse((await command("doctor", "--json")).out);
  const findings: { check: string; subject: string; status: string; detail: string }[] = doctor.findings;
  const scope = findings.filter(({ check }) => check === "scope");
  expect(scope.map(({ subject, status, detail }) => `${subject} ${status} ${detail.split(". ")[0]}`)).toEqual(
    [
      expect.stringMatching(
        /^acme warning Entries of its lists cannot be read, and are left out: p2: its name: /,
      ),
      "shop warning Enabled projects are in regions that are not known (mars-1), so each is missing every night: mars-1_s1 (s1)",
      "acme, shop warning These accounts see the same projects: cn-north-4_both (both)",
    ],
  );
});

test("an account that cannot be asked on its first night is in the run, in coverage and in the exit status", async () => {
  listed = { acme: [project("p1")], shop: null };
  configure(["acme", "shop"]);
  expect(await command("ingest", "--date", NIGHT)).toMatchObject({ status: 3 });
  const { out } = await command(
    "query",
    "--format",
    "json",
    "SELECT account, expected, fresh, missing, failure_kind FROM coverage_account_daily ORDER BY account",
  );
  expect(JSON.parse(out)).toEqual([
    { account: "acme", expected: 1, fresh: 1, missing: 0, failure_kind: null },
    { account: "shop", expected: null, fresh: 0, missing: 1, failure_kind: "credential" },
  ]);
  expect((await command("runs", "show", "1")).out).toMatch(/\nshop +\* +\* +credential /);
  listed.shop = [project("s1")];
  expect(await command("ingest", "--date", NIGHT)).toMatchObject({ status: 0 });
});

async function summary(locale: string): Promise<string> {
  const { status, out } = await command(
    ...["report", "--date", NIGHT, "--report", "executive-summary", "--locale", locale, "--format", "html"],
  );
  expect(status).toBe(0);
  return readFileSync(out.trim(), "utf8");
}

test("the report names what is left out and which account nobody could list, in both languages", async () => {
  listed = {
    acme: [project("p1"), project("both"), project("p2", { enabled: "true" })],
    shop: [project("both")],
    bank: null,
  };
  configure(["acme", "shop", "bank"]);
  await command("ingest", "--date", NIGHT);
  const english = await summary("en");
  expect(english).toContain("Counted with another account that sees it");
  expect(english).toContain("list does not say whether it is enabled");
  expect(english).toMatch(/account could not be listed whole: how many projects it has is not known/);
  expect(english).toContain("The whole account");
  const chinese = await summary("zh-Hans");
  expect(chinese).toContain("已计入另一可见该项目的账号");
  expect(chinese).toContain("整个账号");
  // what stands for a whole account is no project, so it has no report of its own
  const details = await command(
    ...["report", "--date", NIGHT, "--report", "project-detail", "--format", "html"],
  );
  expect(details.out.trim().split("\n")).toHaveLength(2);
});

test.each([
  {
    given: ["0", "all_granted_eps"],
    problem: "accounts[0].enterpriseProjects[1]: all_granted_eps covers 0 as well",
  },
  { given: ["each"], problem: "accounts[0].enterpriseProjects[0]: each is no id" },
])("refuses enterpriseProjects $given by name", async ({ given, problem }) => {
  listed = { acme: [project("p1")] };
  configure(["acme"], { enterpriseProjects: given });
  const { status, err } = await command("ingest", "--date", NIGHT);
  expect(status).toBe(2);
  expect(err).toContain(problem);
});

test("takes an id twice, and all_granted_eps alone in a list", async () => {
  listed = { acme: [project("p1")] };
  for (const given of [["0", "0"], ["all_granted_eps"]]) {
    configure(["acme"], { enterpriseProjects: given });
    const { status, out } = await command("plan", "--date", NIGHT, "--json");
    expect([status, JSON.parse(out).targets]).toEqual([0, 1]);
  }
});
