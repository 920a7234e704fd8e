import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { createWorld } from "@nightledger/simulator";
import { openLedger } from "@nightledger/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ingest } from "./ingest.ts";

/**
 * Thousands of damaged copies of the documented answer, each for a project of its own, go through a whole night. An
 * oracle that shares nothing with the code says of each which figures must stand in the ledger, or that it must be
 * quarantined.
 */
const MUTATIONS = process.env.FULL_TRIALS === "1" ? 10_000 : 2000;
const SEED = 20_261_124;
const DATE = "2026-11-24";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Stands for a piece of JSON that `JSON.stringify` would not write. */
const raw = (text: string): string => `@raw ${text}@`;
const RAW = /"@raw ([^@]*)@"/g;

const world = createWorld();
const [project] = world.projects;
if (project === undefined) throw new RangeError("The world has a project.");
const documented = world.riskList(project, DATE, "all_granted_eps") as unknown as Json;

const oddNumber = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 32 }),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 300 }).map((tenths) => tenths / 10),
  fc.integer({ min: 0, max: 300 }).map((tenths) => Math.fround(tenths / 10)),
  fc.constantFrom("9007199254740993", "1e400", "-0", "1.0", "3E2", "12345678901234567890", "0.1e1").map(raw),
);
const anything = fc.oneof(
  oddNumber,
  oddNumber,
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("27", "High", "", "\u0000", "\ud800", "=1+1", "__proto__"),
  fc.constantFrom<Json>([], {}, [null], [[]], [{}], { risk_num: 1 }),
);
const step = fc.record({
  /** Which node, as a share of all there are. */
  at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
  what: fc.constantFrom("replace", "replace", "replace", "remove", "repeat", "add"),
  value: anything,
  key: fc.constantFrom("__proto__", "constructor", "trend", "risk_num", "severity", "total_risk_num"),
});

type Container = Json[] | { [key: string]: Json };

/** Every place in a document: the container, and the key in it. */
function places(node: Json): { parent: Container; key: string | number }[] {
  if (typeof node !== "object" || node === null) return [];
  const keys = Array.isArray(node) ? node.keys() : Object.keys(node);
  return [...keys].flatMap((key) => {
    const below = (node as Record<string | number, Json>)[key] ?? null;
    return [{ parent: node, key }, ...places(below)];
  });
}

function mutate(
  document: Json,
  { at, what, value, key: added }: typeof step extends fc.Arbitrary<infer T> ? T : never,
): void {
  const all = places(document);
  const place = all[Math.floor(at * all.length)];
  if (place === undefined) return;
  const { parent, key } = place;
  const set = (name: string | number, given: Json) =>
    Object.defineProperty(parent, name, {
      value: given,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  if (what === "add" && !Array.isArray(parent)) set(added, value as Json);
  else if (what === "repeat" && Array.isArray(parent))
    parent.push(structuredClone(parent[key as number] ?? null));
  else if (what === "remove" && Array.isArray(parent)) parent.splice(key as number, 1);
  else if (what === "remove") delete (parent as Record<string, Json>)[key];
  else set(key, value as Json);
}

const mutation = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => {
  const document = structuredClone(documented);
  for (const each of steps) mutate(document, each);
  return JSON.stringify(document).replace(RAW, "$1");
});

// ---- the oracle -----------------------------------------------------------------------------------------------

interface Figure {
  value: unknown;
  /** How a number was written. */
  source?: string;
}

class Quarantined extends Error {}

const BLOCKS: Record<
  string,
  { category: string; counters: string[]; risks: "host" | "image" | null; policies: boolean }
> = {
  alarm_risk: { category: "alarm", counters: [], risks: "host", policies: true },
  asset_risk: { category: "asset", counters: ["existed_danger_port_host_num"], risks: null, policies: true },
  baseline_risk: {
    category: "baseline",
    counters: ["existed_pwd_host_num", "un_scanned_baseline_host_num"],
    risks: "host",
    policies: true,
  },
  image_risk: { category: "image", counters: ["un_scanned_image_num"], risks: "image", policies: false },
  security_protect_risk: {
    category: "protection",
    counters: ["un_open_protection_host_num"],
    risks: null,
    policies: false,
  },
  vul_risk: { category: "vulnerability", counters: ["un_scanned_host_num"], risks: "host", policies: false },
};

/** A document whose numbers know how they were written. */
const read = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? ({ value, source: context?.source ?? "" } satisfies Figure) : value,
  );

const isFigure = (given: unknown): given is Figure =>
  typeof given === "object" && given !== null && "source" in given && "value" in given;

function objectOf(given: unknown): Record<string, unknown> | null {
  if (given === null || given === undefined) return null;
  if (typeof given !== "object" || Array.isArray(given) || isFigure(given)) throw new Quarantined();
  return given as Record<string, unknown>;
}

function listOf(given: unknown): Record<string, unknown>[] {
  if (given === null || given === undefined) return [];
  if (!Array.isArray(given)) throw new Quarantined();
  return given.map((item) => {
    const found = objectOf(item);
    if (found === null) throw new Quarantined();
    return found;
  });
}

const own = (from: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(from, key) ? from[key] : undefined;

function numberOf(from: Record<string, unknown>, key: string, whole: boolean): number | null {
  const given = own(from, key);
  if (given === null || given === undefined) return null;
  if (!isFigure(given)) throw new Quarantined();
  const value = given.value as number;
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) throw new Quarantined();
  // beyond 2^53 a number is not what was written
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new Quarantined();
  if (/^-?\d+$/.test(given.source ?? "") && BigInt(given.source ?? "") !== BigInt(value)) {
    throw new RangeError(`${given.source} was read as ${value}`);
  }
  return value === 0 ? 0 : value;
}

function textOf(from: Record<string, unknown>, key: string): string | null {
  const given = own(from, key);
  if (given === null || given === undefined) return null;
  if (typeof given !== "string") throw new Quarantined();
  return given.toWellFormed().replaceAll("\0", "\ufffd");
}

/** Every figure that must be on record, one to a line, in the order of the alphabet. */
function expectedOf(text: string): string[] {
  const answer = objectOf(read(text));
  if (answer === null) throw new Quarantined();
  const rows: unknown[][] = [["total", numberOf(answer, "total_risk_num", true)]];
  for (const [name, { category, counters, risks, policies }] of Object.entries(BLOCKS)) {
    const block = objectOf(own(answer, name));
    if (block === null) {
      rows.push(["category", category, 0, null, null]);
      continue;
    }
    const [total, points] = [numberOf(block, "total_risk_num", true), numberOf(block, "deduct_score", false)];
    rows.push(["category", category, 1, total, points]);
    for (const counter of counters) rows.push(["counter", category, counter, numberOf(block, counter, true)]);
    for (const item of risks === null ? [] : listOf(own(block, "risk_list"))) {
      const count = numberOf(item, risks === "host" ? "risk_num" : "image_num", true);
      const affected = risks === "host" ? numberOf(item, "effected_host_num", true) : count;
      rows.push(["severity", category, textOf(item, "severity"), count, affected]);
    }
    for (const item of policies ? listOf(own(block, "policy_list")) : []) {
      const words = ["policy_id", "policy_name", "os_type", "rule_name"].map((key) => textOf(item, key));
      rows.push(["policy", category, ...words, numberOf(item, "host_num", true)]);
    }
  }
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

// ---- the night ------------------------------------------------------------------------------------------------

const REGION = "ap-southeast-3";

async function serve(bodies: readonly string[]) {
  const projects = bodies.map((_, index) => ({ id: `p${index}`, name: `${REGION}_${index}`, enabled: true }));
  const server = createServer((request, answer) => {
    const nth = /^\/v5\/p(\d+)\//.exec(request.url ?? "")?.[1];
    answer.setHeader("Content-Type", "application/json");
    answer.end(nth === undefined ? JSON.stringify({ projects }) : bodies[Number(nth)]);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, close };
}

test(`${MUTATIONS} damaged answers are loaded exactly, or quarantined with a path`, {
  timeout: 600_000,
}, async () => {
  const bodies = fc.sample(mutation, { numRuns: MUTATIONS, seed: SEED });
  const folder = mkdtempSync(join(tmpdir(), "nightledger-mutations-"));
  const ledger = await openLedger(join(folder, "ledger.db"));
  const { url, close } = await serve(bodies);
  const limits = { ...DEFAULT_LIMITS, retries: 0 };
  const network = openNetwork({ concurrency: 8, limits, quota: null });
  const credential = { kind: "key" as const, ak: "AK", sk: new Secret("SK") };
  const cloud = openCloud({
    account: "acme",
    credential,
    endpoints: { iam: url, eps: url, hss: url },
    limits,
    network,
  });
  try {
    const accounts = [{ cloud, enterpriseProjects: "all_granted_eps" as const }];
    const result = await ingest(ledger, { dataDate: DATE, accounts, concurrency: 8 });
    expect(result.expected).toBe(MUTATIONS);

    const { db } = ledger;
    const outcomes = await db
      .selectFrom("coverage_target_daily")
      .select(["target_id", "project_id", "outcome", "failure_kind", "detail"])
      .execute();
    const rows = new Map<number, string[]>(outcomes.map(({ target_id }) => [target_id, []]));
    const put = (target: number, ...row: unknown[]) => rows.get(target)?.push(JSON.stringify(row));
    const snapshots = db.selectFrom("snapshot");
    for (const row of await snapshots
      .innerJoin("risk_list as r", "r.id", "snapshot.risk_list_id")
      .select(["target_id", "r.total_risk_num"])
      .execute())
      put(row.target_id, "total", row.total_risk_num);
    for (const row of await snapshots
      .innerJoin("category_risk as c", "c.risk_list_id", "snapshot.risk_list_id")
      .select(["target_id", "c.category", "c.present", "c.total_risk_num", "c.deduct_score"])
      .execute())
      put(row.target_id, "category", row.category, row.present, row.total_risk_num, row.deduct_score);
    for (const row of await db.selectFrom("counter_daily").selectAll().execute())
      put(row.target_id, "counter", row.category, row.counter, row.value);
    for (const row of await db.selectFrom("severity_daily").selectAll().execute())
      put(row.target_id, "severity", row.category, row.severity_raw, row.risk_num, row.affected_num);
    for (const row of await db.selectFrom("policy_daily").selectAll().execute())
      put(
        row.target_id,
        "policy",
        row.category,
        row.policy_id,
        row.policy_name,
        row.os_type,
        row.rule_name,
        row.host_num,
      );

    let quarantined = 0;
    for (const { target_id, project_id, outcome, failure_kind, detail } of outcomes) {
      const body = bodies[Number(project_id.slice(1))] ?? "";
      let expected: string[] | null;
      try {
        expected = expectedOf(body);
      } catch (error) {
        if (!(error instanceof Quarantined)) throw error;
        expected = null;
      }
      if (expected === null) {
        quarantined += 1;
        expect({ body, outcome, failure_kind }).toEqual({
          body,
          outcome: "missing",
          failure_kind: "contract",
        });
        expect(detail).toMatch(/ \$[.[:]/);
      } else {
        expect({ body, outcome, detail }).toEqual({ body, outcome: "fresh", detail: null });
        expect(rows.get(target_id)?.toSorted()).toEqual(expected);
      }
    }
    // both happen often, so neither half of the promise is empty
    expect(quarantined).toBeGreaterThan(MUTATIONS / 10);
    expect(quarantined).toBeLessThan((MUTATIONS * 9) / 10);
  } finally {
    await network.close();
    close();
    await ledger.close();
    rmSync(folder, { recursive: true });
  }
});
