import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findAudience } from "../audience/find-audience.ts";
import { openScopedReader } from "../audience/open-scoped-reader.ts";
import { keepExceptions } from "../exceptions/keep-exceptions.ts";
import { loadNights } from "../load-night.ts";
import { type NightTarget, planNight } from "../plan-night.ts";
import { retractNight } from "../retraction/retract-night.ts";
import { undoRetraction } from "../retraction/undo-retraction.ts";
import { finishRun, startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import { ENGINES, openTestLedger, type TestLedger } from "../test-engines.ts";
import { contentOf, linesOf, targetOf } from "../test-ledger.ts";
import type { ConfiguredAccount } from "./match-accounts.ts";
import { saveAccounts } from "./save-accounts.ts";

const NOW = new Date("2026-11-24T02:00:00Z");
const [FIRST, SECOND, THIRD] = ["2026-11-20", "2026-11-21", "2026-11-22"] as const;

/** A whole run, as ingest makes it: one account, whose projects are given by id with what is said of each tonight. */
async function night(
  { ledger }: TestLedger,
  dataDate: string,
  account: ConfiguredAccount,
  projects: Record<string, Partial<NightTarget>>,
): Promise<number> {
  const runId = await startRun(ledger.db, dataDate, NOW);
  const { keys } = await saveAccounts(ledger, { runId, dataDate }, [account]);
  const accountKey = keys.get(account.name) ?? "";
  const targets = Object.entries(projects).map(([id, more]) => ({
    ...targetOf(id),
    account: account.name,
    accountKey,
    ...more,
  }));
  const sightings = targets.map((one) => ({ ...one, account: accountKey, state: "expected" as const }));
  await recordScope(ledger, { runId, dataDate, asked: [accountKey], configured: [accountKey], sightings });
  for (const { targetId, projectId } of await planNight(ledger, runId, dataDate, targets)) {
    const payload = Buffer.from(projectId);
    const content = contentOf({ total: 1 });
    await loadNights(ledger, [{ runId, targetId, dataDate, content, payload, fetchedAt: NOW, attempts: 1 }]);
  }
  const counts = { expected: targets.length, alreadyFresh: 0, fetched: targets.length, missing: 0 };
  await finishRun(ledger.db, runId, { now: NOW, status: "complete", problem: null, ...counts });
  return runId;
}

const acme = { name: "acme", domainId: "d1" };
const renamed = { name: "Acme Corp", domainId: "d1" };
const named = (projectName: string, more: Partial<NightTarget> = {}) => ({ projectName, ...more });

describe.each(ENGINES)("on %s", (engine) => {
  let opened: TestLedger;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });

  afterEach(() => opened.remove());

  const names = () =>
    linesOf(opened.ledger, "risk_daily", ["data_date", "target_id", "account", "project_name", "unit"]);
  const events = async () => {
    const columns = ["data_date", "change", "reason", "old_value", "new_value"] as const;
    const lines = await linesOf(opened.ledger, "scope_change_daily", columns);
    return lines.filter((line) => !line.includes(" new "));
  };
  const findings = async () => {
    const found: unknown[] = [];
    for await (const finding of verifyLedger(opened.ledger)) found.push(finding);
    return found;
  };

  /** On the second night the project, its unit and its account are called otherwise. */
  async function renameAll(): Promise<void> {
    await night(opened, FIRST, acme, { p1: named("r_shop", { unit: "Shop" }), p2: named("r_lab") });
    await night(opened, SECOND, renamed, { p1: named("r_bank", { unit: "Bank" }), p2: named("r_lab") });
  }

  test("a night keeps the names that it had, and a rename is an event, not a loss", async () => {
    await renameAll();
    expect(await names()).toEqual([
      "2026-11-20 1 acme r_shop Shop",
      "2026-11-20 2 acme r_lab –",
      "2026-11-21 1 Acme Corp r_bank Bank",
      "2026-11-21 2 Acme Corp r_lab –",
    ]);
    expect(await events()).toEqual([
      "2026-11-21 account_renamed same_domain acme Acme Corp",
      "2026-11-21 renamed project_renamed r_shop r_bank",
      "2026-11-21 unit_moved project_renamed Shop Bank",
    ]);
    expect(await linesOf(opened.ledger, "inventory_latest", ["account", "project_name", "state"])).toEqual([
      "Acme Corp r_bank expected",
      "Acme Corp r_lab expected",
    ]);
    expect(
      await linesOf(
        opened.ledger,
        "portfolio_score_change_daily",
        ["new_targets", "gone_targets", "cohort"],
        SECOND,
      ),
    ).toEqual(["0 0 2"]);
    expect(await findings()).toEqual([]);
  });

  test("the later word counts on the same night, and a night before the last says nothing", async () => {
    await night(opened, FIRST, acme, { p1: named("r_one") });
    await night(opened, THIRD, acme, { p1: named("r_typo") });
    await night(opened, THIRD, acme, { p1: named("r_three") });
    await night(opened, SECOND, acme, { p1: named("r_two") });
    expect(await events()).toEqual(["2026-11-22 renamed project_renamed r_one r_three"]);
    expect((await names()).map((line) => line.split(" ")[3])).toEqual(["r_one", "r_one", "r_three"]);
  });

  test("an alias and an owner count from the night on which they are given until they are taken back", async () => {
    const label = { alias: "The shop", owner: { name: "Li Na", address: null } };
    await night(opened, FIRST, acme, { p1: {} });
    await night(opened, SECOND, acme, { p1: label });
    await night(opened, THIRD, acme, { p1: {} });
    const columns = ["target_id", "from_date", "to_date", "alias", "owner_name", "owner_address"] as const;
    expect(await linesOf(opened.ledger, "target_label", columns)).toEqual([
      "1 2026-11-21 2026-11-22 The shop Li Na –",
    ]);
    expect(await findings()).toEqual([]);
  });

  test("an audience holds across a rename by either name, and sees no name of another", async () => {
    await renameAll();
    const { ledger, url } = opened;
    const other = await startRun(ledger.db, SECOND, NOW);
    await saveAccounts(ledger, { runId: other, dataDate: SECOND }, [
      { name: "crimson", domainId: "d2" },
      renamed,
    ]);
    const secret = { ...targetOf("p9"), account: "crimson", alias: "crimson alias" };
    await planNight(ledger, other, SECOND, [{ ...secret, owner: { name: "crimson owner", address: null } }]);
    for (const name of ["acme", "Acme Corp"]) {
      for (const date of [FIRST, SECOND])
        expect((await findAudience(ledger.db as never, { accounts: [name] }, date)).targetIds).toEqual([
          1, 2,
        ]);
    }
    const reader = await openScopedReader(url, { accounts: ["Acme Corp"] }, SECOND);
    const seen = JSON.stringify([
      await reader.db.selectFrom("target_label").selectAll().execute(),
      await reader.db.selectFrom("scope_change_daily").selectAll().execute(),
    ]);
    await reader.close();
    expect(seen).not.toContain("crimson");
    expect(seen).toContain('"old_value":"acme","new_value":"Acme Corp"');
  });

  test("a name that went to another account is that one's alone", async () => {
    await night(opened, FIRST, acme, { p1: {} });
    await night(opened, SECOND, { name: "acme", domainId: "d2" }, { p2: {} });
    await night(opened, THIRD, renamed, { p1: {} });
    const audience = (name: string) => findAudience(opened.ledger.db as never, { accounts: [name] }, THIRD);
    expect((await audience("Acme Corp")).targetIds).toEqual([1]);
    expect((await audience("acme")).targetIds).toEqual([2]);
    expect((await names()).map((line) => line.slice(0, -2))).toEqual([
      "2026-11-20 1 acme ap-southeast-3_p1",
      "2026-11-21 2 acme ap-southeast-3_p2",
      "2026-11-22 1 Acme Corp ap-southeast-3_p1",
    ]);
  });

  test("an exception by the account's name of before goes on covering it", async () => {
    const { ledger } = opened;
    const exception = {
      id: "old-alarms",
      what: { category: "alarm" as const },
      targets: { accounts: ["acme"] },
      owner: "Owner",
      reason: "A test.",
      approvedBy: null,
      from: null,
      until: "2026-12-31",
    };
    await night(opened, FIRST, acme, { p1: {} });
    await night(opened, SECOND, renamed, { p1: {} });
    const runId = await startRun(ledger.db, SECOND, NOW);
    await keepExceptions(ledger, { runId, dataDate: SECOND }, [exception]);
    expect(await linesOf(ledger, "exception_target_daily", ["exception", "account"])).toEqual([
      "old-alarms Acme Corp",
    ]);
  });

  test("a retracted night's names go with it, and come back when it is undone", async () => {
    await renameAll();
    const order = { dataDate: SECOND, reason: "A test.", now: NOW };
    const before = await events();
    await retractNight(opened.ledger, order);
    expect(await events()).toEqual([]);
    expect(await names()).toEqual(["2026-11-20 1 acme r_shop Shop", "2026-11-20 2 acme r_lab –"]);
    expect(await findings()).toEqual([]);
    await undoRetraction(opened.ledger, order);
    expect(await events()).toEqual(before);
    expect(await findings()).toEqual([]);
  });

  test("a night has one name after a retraction was undone that a later night had noted the rename in place of", async () => {
    const order = { dataDate: SECOND, reason: "A test.", now: NOW };
    await renameAll();
    await retractNight(opened.ledger, order);
    await night(opened, THIRD, renamed, { p1: named("r_bank", { unit: "Bank" }), p2: named("r_lab") });
    await undoRetraction(opened.ledger, order);
    expect(await events()).toEqual([
      "2026-11-21 account_renamed same_domain acme Acme Corp",
      "2026-11-21 renamed project_renamed r_shop r_bank",
      "2026-11-21 unit_moved project_renamed Shop Bank",
    ]);
    expect((await names()).slice(4)).toEqual([
      "2026-11-22 1 Acme Corp r_bank Bank",
      "2026-11-22 2 Acme Corp r_lab –",
    ]);
    expect(await findings()).toEqual([]);
  });

  test("what a later night was called stays after a retraction was undone", async () => {
    const order = { dataDate: SECOND, reason: "A test.", now: NOW };
    await renameAll();
    await retractNight(opened.ledger, order);
    const again = { name: "Acme AG", domainId: "d1" };
    await night(opened, THIRD, again, { p1: named("r_shop", { unit: "Third" }), p2: named("r_lab") });
    await undoRetraction(opened.ledger, order);
    expect(await names()).toEqual([
      "2026-11-20 1 acme r_shop Shop",
      "2026-11-20 2 acme r_lab –",
      "2026-11-21 1 Acme Corp r_bank Bank",
      "2026-11-21 2 Acme Corp r_lab –",
      "2026-11-22 1 Acme AG r_shop Third",
      "2026-11-22 2 Acme AG r_lab –",
    ]);
    expect(await events()).toEqual([
      "2026-11-21 account_renamed same_domain acme Acme Corp",
      "2026-11-21 renamed project_renamed r_shop r_bank",
      "2026-11-21 unit_moved project_renamed Shop Bank",
      "2026-11-22 account_renamed same_domain Acme Corp Acme AG",
      "2026-11-22 renamed project_renamed r_bank r_shop",
      "2026-11-22 unit_moved project_renamed Bank Third",
    ]);
    expect(await findings()).toEqual([]);
  });

  test("a project that was not expected on a night is not missing on it after the night's retraction was undone", async () => {
    const order = { dataDate: SECOND, reason: "A test.", now: NOW };
    const both = { p1: named("r_shop"), p2: named("r_lab") };
    await night(opened, FIRST, acme, both);
    await night(opened, SECOND, acme, { p1: named("r_shop") });
    await retractNight(opened.ledger, order);
    await night(opened, THIRD, acme, both);
    await undoRetraction(opened.ledger, order);
    expect(await linesOf(opened.ledger, "coverage_daily", ["data_date", "expected", "missing"])).toEqual([
      "2026-11-20 2 0",
      "2026-11-21 1 0",
      "2026-11-22 2 0",
    ]);
    expect(await findings()).toEqual([]);
  });

  test("what the configuration leaves out is on record with its reason, and is seen again when it is put back", async () => {
    const { ledger } = opened;
    await night(opened, FIRST, acme, { p1: {}, p2: {} });
    const scope = async (dataDate: string, detail: string | null) => {
      const runId = await startRun(ledger.db, dataDate, NOW);
      const p2 = {
        ...targetOf("p2"),
        ...(detail === null ? { state: "expected" as const } : { state: "configured_out" as const, detail }),
      };
      const sightings = [{ ...targetOf("p1"), state: "expected" as const }, p2];
      await recordScope(ledger, { runId, dataDate, asked: ["acme"], configured: ["acme"], sightings });
    };
    await scope(SECOND, "Being shut down");
    expect(await linesOf(ledger, "inventory_latest", ["project_id", "state", "detail"])).toEqual([
      "p1 expected –",
      "p2 configured_out Being shut down",
    ]);
    await scope(THIRD, null);
    const columns = ["data_date", "project_id", "change", "reason", "detail"] as const;
    expect(
      (await linesOf(ledger, "scope_change_daily", columns)).filter((line) => line.includes("p2")),
    ).toEqual([
      "2026-11-20 p2 new account_added –",
      "2026-11-21 p2 gone configured_out Being shut down",
      "2026-11-22 p2 new put_back –",
    ]);
  });
});
