import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  contentHash,
  type Ledger,
  loadNights,
  openLedger,
  planNight,
  readPayload,
  startRun,
} from "@nightledger/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingest } from "./ingest.ts";
import { replay } from "./replay.ts";
import { openOddCloud, type WireAnswer } from "./testing/odd-cloud.ts";

const DATE = "2026-11-24";

/** What the ledger has of an answer. */
interface Right {
  /** Null is fresh. */
  kind: string | null;
  /** The rules of its quality issues, with the category where they have one. */
  issues?: string[];
  /** What the detail of a missing one says. */
  says?: RegExp;
}

interface Case extends Right {
  name: string;
  answer: WireAnswer;
}

interface SharedCase {
  name: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
  body_base64?: string;
}

const SHARED = JSON.parse(
  readFileSync(new URL("../fixtures/odd-answers.json", import.meta.url), "utf8"),
) as SharedCase[];
const sharedAnswer = ({ status, headers, body, body_base64 }: SharedCase): WireAnswer => ({
  status,
  headers,
  body: body_base64 === undefined ? JSON.stringify(body) : Buffer.from(body_base64, "base64"),
});

const FRESH: Right = { kind: null, issues: [] };
const SHARED_RIGHT: Readonly<Record<string, Right>> = {
  "category counts less than it lists, root total agrees": {
    kind: null,
    issues: ["alarm listed_beyond_total total_risk_num = 100, lists 5141"],
  },
  "duplicate key, points 30 then 5": {
    kind: "contract",
    says: /\$\.alarm_risk\.deduct_score: given twice, and not the same/,
  },
  "GBK bytes in a name": {
    kind: null,
    issues: ["alarm text_not_utf8 $.alarm_risk.policy_list[0].policy_name"],
  },
  "UTF-8 BOM and charset said": FRESH,
  "gzip, said in capitals": FRESH,
  "x-gzip": FRESH,
  "200 with an error body of HSS": {
    kind: "permission",
    says: /HTTP 200, HSS\.0013: insufficient permissions/,
  },
  "200 with an error body of the gateway": { kind: "throttled", says: /APIGW\.0308/ },
  "403 APIGW.0801: service not in this region": { kind: "not_available", says: /APIGW\.0801/ },
  "200 with a wrapped answer": {
    kind: "contract",
    says: /\$: no documented member, but code, message, data/,
  },
};

const shared: Case[] = SHARED.filter(({ name }) => Object.hasOwn(SHARED_RIGHT, name)).map((each) => ({
  name: each.name,
  answer: sharedAnswer(each),
  ...(SHARED_RIGHT[each.name] as Right),
}));

/** An answer with one category and nothing to remark on but what is given. */
const written = (alarm: string, more = ""): string =>
  `{"total_risk_num":0${more},"alarm_risk":{"total_risk_num":0,"deduct_score":0${alarm}},${[
    `"baseline_risk":{"deduct_score":0,"total_risk_num":0,"existed_pwd_host_num":0,"un_scanned_baseline_host_num":0}`,
    `"asset_risk":{"deduct_score":0,"total_risk_num":0,"existed_danger_port_host_num":0}`,
    `"vul_risk":{"deduct_score":0,"total_risk_num":0,"un_scanned_host_num":0}`,
    `"image_risk":{"deduct_score":0,"total_risk_num":0,"un_scanned_image_num":0}`,
    `"security_protect_risk":{"deduct_score":0,"total_risk_num":0,"un_open_protection_host_num":0}`,
  ].join()}}`;
const named = (name: string): string =>
  written(`,"policy_list":[{"policy_id":"p","policy_name":${name},"host_num":1}]`);
const NAME = "$.alarm_risk.policy_list[0].policy_name";
const deep = (times: number, open: string, close: string): string => open.repeat(times) + close.repeat(times);
const fresh = (name: string, body: string | Buffer, ...issues: string[]): Case => ({
  name,
  answer: { body },
  kind: null,
  issues,
});
const refused = (name: string, body: string, kind = "contract", status = 200): Case => ({
  name,
  answer: { status, body },
  kind,
});
const coded = (code: string | number, kind: string, status = 200): Case =>
  refused(
    `${code} with status ${status}`,
    JSON.stringify({ error_code: code, error_msg: "no" }),
    kind,
    status,
  );

const TEXTS: Case[] = [
  fresh("a good answer", written("")),
  fresh("a byte order mark before it", `\ufeff${written("")}`),
  fresh(
    "a pair of surrogates, and a replacement character that came as such",
    named('"\\ud83d\\ude00 \ufffd"'),
  ),
  fresh("colons, quotes and backslashes in a name", named('"\\"a\\":1,\\\\\\"b\\\\\\\\: \\u0022:"')),
  fresh("half a pair of surrogates", named('"x\\ud83d"'), `alarm text_surrogate ${NAME}`),
  fresh("a NUL", named('"a\\u0000b"'), `alarm text_nul ${NAME}`),
  fresh(
    "all of it in one name",
    Buffer.from(named('"\\u0000\\udc00@"').replace("@", "\xff"), "latin1"),
    ...["nul", "not_utf8", "surrogate"].map((rule) => `alarm text_${rule} ${NAME}`),
  ),
  fresh(
    "bytes that are not UTF-8 in a key that nobody knows",
    Buffer.from(written("", ',"\xa3":1'), "latin1"),
    " field_unknown $.\ufffd",
    " text_not_utf8 $.\ufffd",
  ),
];

const KEYS: Case[] = [
  fresh("a key twice, alike", written(',"deduct_score":0.0'), "alarm key_repeated $.alarm_risk.deduct_score"),
  fresh(
    "a whole block twice, its members in another order",
    written("", ',"alarm_risk":{"deduct_score":0,"total_risk_num":0}'),
    "alarm key_repeated $.alarm_risk",
  ),
  refused(
    "a whole block twice, not alike",
    written("", ',"alarm_risk":{"deduct_score":1,"total_risk_num":0}'),
  ),
  refused("a key twice, written otherwise", written(',"\\u0064educt_score":5')),
  refused("a key twice, null the second time", written(',"deduct_score":null')),
  refused("a key twice in an item of a list", named('"x","policy_name":"y"')),
  refused("a key twice in a field that nobody knows", written("", ',"odd":{"a":[{"b":1,"b":2}]}')),
  refused("a key twice in a value that is given twice", written("", ',"odd":{"a":1,"a":2},"odd":{"a":2}')),
  refused("three times, the last like the first", written(',"deduct_score":5,"deduct_score":0')),
  refused("a list of a million", written(`,"policy_list":[${"1,".repeat(999_999)}1]`)),
  refused("__proto__ twice", written("", ',"__proto__":{"a":1},"__proto__":{"a":2}')),
  fresh("__proto__ once", written("", ',"__proto__":{"deduct_score":1}'), " field_unknown $.__proto__"),
  fresh(
    "__proto__ twice, alike",
    written("", ',"__proto__":1,"__proto__":1'),
    " field_unknown $.__proto__",
    " key_repeated $.__proto__",
  ),
  refused(
    "numbers that differ beyond what a number can hold",
    written("", ',"odd":12345678901234567890,"odd":12345678901234567891'),
  ),
];

const SHAPES: Case[] = [
  fresh(
    "an empty object",
    "{}",
    " figure_absent total_risk_num",
    ...["alarm", "asset", "baseline", "image", "protection", "vulnerability"].map(
      (category) => `${category} block_absent the answer says nothing of it`,
    ),
  ),
  ...["[]", "[{}]", '"ok"', "0", "true", "null", "", " ", "OK", '{"foo":1}', '{"code":0,"data":{}}'].map(
    (body) => refused(`the body ${JSON.stringify(body)}`, body),
  ),
  refused(
    "a number beyond every number",
    written(',"deduct_score2":1').replace('"total_risk_num":0', '"total_risk_num":1e400'),
  ),
  refused(
    "a count beyond 2^53",
    written("").replace('"total_risk_num":0', '"total_risk_num":12345678901234567890'),
  ),
  fresh(
    "100,000 lists in each other, in a field that nobody knows",
    written("", `,"odd":${deep(100_000, "[", "]")}`),
    " field_unknown $.odd",
  ),
  refused("100,000 lists in each other", deep(100_000, "[", "]")),
  refused("100,000 objects in each other", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
  refused("100,000 lists that are not closed", "[".repeat(100_000)),
  refused("100,000 contradictions in each other", `${'{"a":1,"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
];

const ERRORS: Case[] = [
  ...(
    [
      ["HSS.0010", "permission"],
      ["HSS.0013", "permission"],
      ["HSS.0001", "rejected"],
      ["HSS.1017", "rejected"],
      ["HSS.9999", "contract"],
      ["APIGW.0101", "not_found"],
      ["APIGW.0301", "credential"],
      ["APIGW.0302", "permission"],
      ["APIG.0308", "throttled"],
      ["APIGW.0310", "frozen"],
      ["APIGW.0605", "cloud"],
      ["APIGW.0201", "contract"],
      ["success", "contract"],
    ] as const
  ).map(([code, kind]) => coded(code, kind)),
  coded("APIGW.0308", "throttled", 400),
  coded("HSS.0013", "permission", 500),
  coded("HSS.0041", "cloud", 500),
  coded("HSS.9999", "rejected", 400),
  refused("Keystone's error", '{"error":{"code":401,"message":"no","title":"Unauthorized"}}', "credential"),
  refused(
    "an error inside a gateway's envelope",
    '{"code":0,"data":{"error_code":"HSS.0013"}}',
    "permission",
  ),
  refused("a list of errors", '{"errors":[{"code":"APIGW.0310","message":"no"}]}', "frozen"),
  refused("a root that is a list of errors", '[{"errorCode":"HSS.0010","errorMsg":"no"}]', "permission"),
  refused("an error beside a total", '{"error_code":"HSS.0013","total_risk_num":0}', "permission"),
  refused(
    "an error beside blocks that are null",
    '{"error_code":"HSS.0013","alarm_risk":null}',
    "permission",
  ),
  refused(
    "an error beside blocks and lists that are empty",
    '{"error_code":"HSS.0013","alarm_risk":{},"vul_risk":[]}',
    "permission",
  ),
  refused("an error whose key is written with an escape", '{"\\u0065rror_code":"HSS.0013"}', "contract"),
  fresh("a code beside an answer", written("", ',"error_code":"HSS.0013"'), " field_unknown $.error_code"),
];

const CASES = [...shared, ...TEXTS, ...KEYS, ...SHAPES, ...ERRORS];

describe("a night of odd answers", () => {
  let folder: string;
  let ledger: Ledger;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "nightledger-odd-"));
    ledger = await openLedger(join(folder, "ledger.db"));
    const cloud = await openOddCloud(CASES.map(({ answer }) => ({ hss: answer })));
    const result = await ingest(ledger, { dataDate: DATE, accounts: cloud.accounts, concurrency: 8 });
    expect(result.expected).toBe(CASES.length);
    await cloud.close();
  }, 60_000);

  afterAll(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  });

  async function onRecord(nth: number) {
    const project = `p${nth}`;
    const { db } = ledger;
    const coverage = await db
      .selectFrom("coverage_target_daily")
      .select(["outcome", "failure_kind", "detail", "target_id"])
      .where("project_id", "=", project)
      .executeTakeFirstOrThrow();
    const issues = await db
      .selectFrom("quality_issue")
      .select(["category", "rule", "detail"])
      .where("project_id", "=", project)
      .execute();
    const kept = await db
      .selectFrom(coverage.outcome === "fresh" ? "snapshot" : "gap")
      .select("payload_id")
      .where("target_id", "=", coverage.target_id)
      .executeTakeFirstOrThrow();
    return {
      coverage,
      issues,
      payload: kept.payload_id === null ? null : await readPayload(db, kept.payload_id),
    };
  }

  test.each(CASES.map((each, nth) => [each.name, each, nth] as const))("%s", async (_, one, nth) => {
    const { coverage, issues, payload } = await onRecord(nth);
    expect(coverage.failure_kind).toBe(one.kind);
    // an unknown field is put down where it is seen first
    const seen = issues.map(({ category, rule, detail }) => `${category ?? ""} ${rule} ${detail}`).sort();
    const first = (issue: string) => !issue.startsWith(" field_unknown") || seen.includes(issue);
    expect(seen).toEqual((one.issues ?? []).filter(first).sort());
    expect(coverage.detail ?? "").toMatch(one.says ?? /^/);
    const keeps = one.kind === null || one.kind === "contract";
    const { body, headers } = one.answer;
    const plain = headers?.["content-encoding"] === undefined ? Buffer.from(body) : gunzipSync(body);
    expect(payload).toEqual(keeps ? plain : null);
  });

  test("a name that is not UTF-8 is loaded with U+FFFD in the place of what is none", async () => {
    const nth = CASES.findIndex(({ name }) => name === "GBK bytes in a name");
    const { policy_name } = await ledger.db
      .selectFrom("policy_daily")
      .select("policy_name")
      .where("project_id", "=", `p${nth}`)
      .where("category", "=", "alarm")
      .executeTakeFirstOrThrow();
    expect(policy_name).toContain("\ufffd");
  });
});

describe("other operations", () => {
  let folder: string;
  let ledger: Ledger;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "nightledger-odd-"));
    ledger = await openLedger(join(folder, "ledger.db"));
  });
  afterAll(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  });

  const PERMISSION = { body: JSON.stringify({ error_code: "HSS.0013", error_msg: "no" }) };
  const CREDENTIAL = { body: JSON.stringify({ error: { code: 401, message: "no" } }) };
  const WRAPPED = {
    body: JSON.stringify({ code: 0, data: { projects: [], enterprise_projects: [], score: 1 } }),
  };
  const TWICE = { body: '{"projects":[],"projects":[{"id":"p","name":"ap-southeast-3"}]}' };

  test("IAM and EPS answers with status 200 are errors of their code's kind, else of the contract", async () => {
    const good = {};
    const cloud = await openOddCloud(
      [good, { iam: CREDENTIAL }, { iam: WRAPPED }, { iam: TWICE }, { eps: PERMISSION }, { eps: WRAPPED }],
      "each",
    );
    const result = await ingest(ledger, { dataDate: DATE, accounts: cloud.accounts, concurrency: 4 });
    await cloud.close();
    expect(result.problems.filter((problem) => problem.startsWith("Account"))).toEqual([
      expect.stringMatching(/^Account "account-1": The credential .*HTTP 200, 401: no/),
      expect.stringMatching(
        /^Account "account-2": The answer of KeystoneListAuthProjects .*no documented member/,
      ),
      expect.stringMatching(
        /^Account "account-3": The answer of KeystoneListAuthProjects .*\$\.projects: given twice/,
      ),
      expect.stringMatching(
        /^Account "account-4": Account "account-4" may not read this: HTTP 200, HSS\.0013/,
      ),
      expect.stringMatching(
        /^Account "account-5": The answer of ListEnterpriseProject .*no documented member/,
      ),
    ]);
    expect(result.fetched).toBe(1);
  });

  test("a score that is an error, or none, is an issue of the night it was asked for", async () => {
    const date = "2026-11-25";
    const scores = [PERMISSION, WRAPPED, { body: "{}" }, { body: '{"score":1,"score":2}' }];
    const cloud = await openOddCloud(scores.map((score) => ({ score })));
    const job = { dataDate: date, accounts: cloud.accounts, concurrency: 4, reconcile: "score" as const };
    await ingest(ledger, job);
    await cloud.close();
    const issues = await ledger.db
      .selectFrom("quality_issue")
      .select("detail")
      .where("data_date", "=", date)
      .where("rule", "=", "score_unavailable")
      .orderBy("account")
      .execute();
    expect(issues.map(({ detail }) => detail)).toEqual([
      "ShowRiskScore: permission",
      "ShowRiskScore: contract",
      "ShowRiskScore: the answer has no score",
      "ShowRiskScore: contract",
    ]);
  });
});

describe("a replay of answers that an older version loaded in silence", () => {
  const BODIES: Readonly<Record<string, string | Buffer>> = {
    gbk: Buffer.from(named('"\xbb\xf9"'), "latin1"),
    contradicted: written(',"deduct_score":5'),
    error: '{"error_code":"HSS.0013"}',
  };

  test("adds what was repaired, and names what is no answer", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nightledger-odd-"));
    const ledger = await openLedger(join(folder, "ledger.db"));
    const runId = await startRun(ledger.db, DATE, new Date());
    const targets = Object.keys(BODIES).map((projectId) => ({
      ...{ account: "acme", region: "ap-southeast-3", projectId, projectName: projectId, unit: null },
      enterpriseProjectId: "0",
    }));
    const content = { totalRiskNum: 0, categories: [] };
    expect(contentHash(content)).toHaveLength(32);
    for (const { targetId, projectId } of await planNight(ledger, runId, DATE, targets)) {
      const payload = Buffer.from(BODIES[projectId] ?? "");
      await loadNights(ledger, [
        { runId, targetId, dataDate: DATE, content, payload, fetchedAt: new Date(), attempts: 1 },
      ]);
    }
    const result = await replay(ledger);
    expect(result).toMatchObject({ status: "partial", nights: [{ revised: 1, unreadable: 2 }] });
    expect(result.unreadable.map(({ projectId, problem }) => [projectId, problem]).toSorted()).toEqual([
      ["contradicted", expect.stringContaining("$.alarm_risk.deduct_score: given twice, and not the same")],
      ["error", expect.stringContaining("$: an error (HSS.0013)")],
    ]);
    const again = await replay(ledger);
    expect(again).toMatchObject({ nights: [{ revised: 0, unchanged: 1 }], differences: 0 });
    const issues = await ledger.db
      .selectFrom("quality_issue")
      .select(["project_id", "detail"])
      .where("rule", "=", "text_not_utf8")
      .execute();
    expect(issues).toEqual([{ project_id: "gbk", detail: NAME }]);
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
});
