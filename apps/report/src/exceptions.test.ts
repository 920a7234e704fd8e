import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  finishRun,
  keepExceptions,
  type Ledger,
  openLedger,
  openReader,
  type RiskException,
  startRun,
} from "@nightledger/store";
import { beforeEach, expect, test } from "vitest";
import { type ReportOrder, renderReport } from "./index.ts";
import { pdfText } from "./pdf/pdf-text.ts";
import { content, NOW, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
const DATE = "2026-11-24";
const HOSTILE = `<script>alert(1)</script>"'&{{t}} 生产`;

let folder: string;
let ledger: Ledger;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-exceptions-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  await writeNight(ledger, "2026-11-23", { shop: content(10, 4), bank: content(20, 9) });
  await writeNight(ledger, DATE, { shop: content(12.5, 1234), bank: content(20, 9) });
  return async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
});

const exceptionOf = (id: string, until: string, more: Partial<RiskException> = {}): RiskException => ({
  id,
  what: { category: "alarm" },
  targets: { projects: ["shop"] },
  owner: "Ada",
  reason: "A drill.",
  approvedBy: null,
  from: null,
  until,
  ...more,
});

async function except(exceptions: readonly RiskException[]): Promise<void> {
  const runId = await startRun(ledger.db, DATE, NOW);
  await keepExceptions(ledger, { runId, dataDate: DATE }, exceptions);
  const counts = { expected: 2, alreadyFresh: 2, fetched: 0, missing: 0, problem: null };
  await finishRun(ledger.db, runId, { now: NOW, status: "complete", ...counts });
}

/** Renders a report, gate and all: its PDF and its mail as text. */
async function render(order: Partial<ReportOrder> = {}): Promise<{ pdf: string; mail: string }> {
  const reader = await openReader(join(folder, "ledger.db"));
  const wanted = {
    name: "executive-summary",
    dataDate: undefined,
    locale: "en",
    formats: ["pdf", "mail", "xlsx", "json"] as const,
    outDir: join(folder, "out"),
    reportsDir: REPORTS_DIR,
    ...order,
  };
  const stems: string[] = [];
  for await (const placed of renderReport(reader.db, wanted)) {
    expect(placed.passed ? [] : placed.findings).toEqual([]);
    if (placed.passed) stems.push(placed.manifest.replace(".manifest.json", ""));
  }
  await reader.close();
  const [stem = ""] = stems;
  return {
    pdf: pdfText(readFileSync(`${stem}.pdf`)).join(" "),
    mail: readFileSync(`${stem}.mail.txt`, "utf8"),
  };
}

test("a report without exceptions says nothing of them", async () => {
  const { pdf, mail } = await render();
  expect(pdf).not.toMatch(/exception/i);
  expect(mail).not.toMatch(/exception/i);
});

test("gross and net stand side by side, with what expires, in the report and its mail", async () => {
  await except([
    exceptionOf("drill", "2026-12-08", { owner: HOSTILE, reason: HOSTILE }),
    exceptionOf("high", "2027-03-01", { what: { category: "alarm", severity: "high" }, targets: {} }),
    exceptionOf("past", "2026-11-23"),
    exceptionOf("forgotten", "2026-11-09"),
  ]);
  const { pdf, mail } = await render();
  expect(pdf).toContain("83.8 of 100 Good −1.3 since Nov 23, like for like 90 net of 2 exceptions");
  expect(pdf).toContain("2 exceptions count tonight, over 2 projects.");
  expect(pdf).toMatch(/Portfolio score 83\.8 90\.0 \+6\.2 Risks found 1,243 0 −1,243/);
  expect(pdf).toContain(`drill ${HOSTILE} Alarms ${HOSTILE} December 8, 2026 expiring 14 1 1,234`);
  expect(pdf).toContain("past A drill. Alarms Ada November 23, 2026 expired -1 1 0");
  expect(pdf).not.toContain("forgotten");
  expect(mail).toContain("90 net of 2 exceptions\n");
  expect(mail).toContain(`expires after December 8, 2026.\n`);
  expect(mail).not.toContain("past");
});

test("the same in Chinese", async () => {
  await except([exceptionOf("drill", "2026-12-08")]);
  const { pdf, mail } = await render({ locale: "zh-Hans" });
  expect(pdf).toContain("扣除 1 项例外后为 90");
  expect(pdf).toMatch(/当夜有 1 项例外生效，涉及 1 个项目。/);
  expect(mail).toContain("扣除 1 项例外后为 90\n");
});

test("a project's report has those that count for it, and those just expired", async () => {
  await except([
    exceptionOf("drill", "2026-12-08"),
    exceptionOf("past", "2026-11-20"),
    exceptionOf("high", "2027-03-01", {
      what: { category: "alarm", severity: "high" },
      targets: { projects: ["bank"] },
    }),
  ]);
  const only =
    (name: string) =>
    ({ projectName }: { projectName: string }) =>
      projectName === name;
  const shop = await render({ name: "project-detail", only: only("shop") });
  expect(shop.pdf).toContain("87.5 of 100 Good −2.5 since Nov 23, like for like 100 net of 1 exception");
  expect(shop.pdf).toContain(
    "Gross, the score is 87.5 with 1,234 risks; net of exceptions it is 100 with 0 .",
  );
  expect(shop.pdf).toContain("drill A drill. Alarms Ada December 8, 2026 expiring 14 1,234 12.5");
  expect(shop.pdf).toContain("past A drill. Alarms Ada November 20, 2026 expired -4 0 0.0");
  expect(shop.pdf).not.toContain("high A drill.");
  expect(shop.mail).toContain("Exception drill (Ada) expires after December 8, 2026.");
  const bank = await render({ name: "project-detail", only: only("bank") });
  expect(bank.pdf).toContain("Gross, the score is 80 with 9 risks; net of exceptions it is 80 with 0 .");
});
