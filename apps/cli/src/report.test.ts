import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./run.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const STEM = "2026-11-24_executive-summary_all_en_e1";

let folder: string;

interface Exit {
  status: number;
  out: string;
  err: string;
}

/** The command within this process; what it writes is kept. */
async function nightledger(...args: string[]): Promise<Exit> {
  const said = { out: "", err: "" };
  const status = await run(args, {
    out: (text) => {
      said.out += text;
    },
    write: async (piece) => {
      said.out += piece;
    },
    outInteractive: false,
    err: (text) => {
      said.err += text;
    },
    interactive: false,
    now: () => new Date(),
    env: {},
    cwd: folder,
    signal: new AbortController().signal,
  });
  return { status, ...said };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-report-test-"));
  const simulator = await startSimulator({ accounts: 1, projects: 30, limit: null });
  try {
    writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
    for (const date of ["2026-11-23", "2026-11-24"]) {
      simulator.setDate(date);
      await nightledger("ingest", "--date", date);
    }
  } finally {
    await simulator.close();
  }
  const made = await nightledger("report", "--format", "html,json", "--out", "out");
  expect(made.status, made.err).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

test("report prints the files it made, and --json their hashes", async () => {
  const plain = await nightledger("report", "--format", "html", "--out", "out");
  expect(plain.out).toBe(`${join(folder, "out", STEM)}.html\n${join(folder, "out", STEM)}.json\n`);
  const { out } = await nightledger("report", "--format", "html", "--out", "out", "--json");
  expect(JSON.parse(out)).toMatchObject({
    editions: [
      {
        report: "executive-summary",
        dataDate: "2026-11-24",
        subject: { audience: null, target: null },
        locale: "en",
        edition: 1,
        isNew: false,
        manifest: join(folder, "out", `${STEM}.manifest.json`),
        files: [
          {
            format: "html",
            file: join(folder, "out", `${STEM}.html`),
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
          { format: "json", bytes: readFileSync(join(folder, "out", `${STEM}.json`)).length },
        ],
      },
    ],
  });
});

test("the manifest has the ledger's newest seal, and the theme of the configuration", async () => {
  const theme = join(folder, "company");

  mkdirSync(theme);
  writeFileSync(join(theme, "theme.yaml"), "company: Harbour & Sons\n");
  const config = join(folder, "themed.yaml");
  writeFileSync(config, `${readFileSync(join(folder, "nightledger.yaml"), "utf8")}\ntheme: ./company\n`);
  const { out } = await nightledger(
    "report",
    "--config",
    config,
    "--format",
    "mail",
    "--out",
    "themed",
    "--json",
  );
  const manifest = JSON.parse(readFileSync(JSON.parse(out).editions[0].manifest, "utf8"));
  expect(manifest).toMatchObject({
    theme: { folder: "company", company: "Harbour & Sons" },
    seal: { runId: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(readFileSync(join(folder, "themed", `${STEM}.mail.html`), "utf8")).toContain("Harbour &amp; Sons");
});

test("report --rebuild makes the same files again, also when the ledger is gone", async () => {
  const manifest = join("out", `${STEM}.manifest.json`);
  const rebuilt = await nightledger("report", "--rebuild", manifest);
  expect(rebuilt).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Made again from the ledger\.\nidentical {2}/),
  });
  expect(readdirSync(join(folder, "out", "rebuilt"))).toHaveLength(3);

  const config = join(folder, "elsewhere.yaml");
  writeFileSync(
    config,
    readFileSync(join(folder, "nightledger.yaml"), "utf8").replace("nightledger.db", "gone.db"),
  );
  const { out } = await nightledger(
    "report",
    "--rebuild",
    manifest,
    "--config",
    config,
    "--out",
    "again",
    "--json",
  );
  expect(JSON.parse(out)).toMatchObject({
    from: "json",
    files: [{ isIdentical: true }, { isIdentical: true }],
  });
});

test("explain tells value, SQL, meaning and the first twenty answers; --json has all", async () => {
  const { status, out } = await nightledger("explain", "portfolio.score");
  expect(status).toBe(0);
  expect(out).toMatch(/^portfolio\.score: [\d.]+\nPortfolio, score\n/);
  expect(out).toContain("FROM portfolio_daily");
  expect(out).toContain(":data_date = 2026-11-24");
  expect(out).toMatch(/score +[\d.]+ +The mean score of the scored targets, to one decimal\. +points, 0–100/);
  expect(out).toContain("9 more; --json has all.");
  const json = JSON.parse((await nightledger("explain", "portfolio.score", "--json")).out);
  expect(json.evidence).toHaveLength(29);
  expect(json.printed).toBe(null);
});

test("explain --manifest tells how the figure was printed", async () => {
  const manifest = join("out", `${STEM}.manifest.json`);
  const json = JSON.parse(
    (await nightledger("explain", "coverage.expected", "--manifest", manifest, "--json")).out,
  );
  expect(json).toMatchObject({ value: 29, printed: { text: "29", value: 29 } });
  expect((await nightledger("explain", "coverage.expected", "--manifest", manifest)).out).toContain(
    "coverage.expected: 29\nCoverage of the night, expected\nPrinted as 29\n",
  );
});

test.each([
  [["report", "--format", "docx"], '"docx" is no format. It is one of: pdf, html, xlsx, json, mail'],
  [["report", "--audience", "board"], 'There is no audience "board"'],
  [["report", "--theme", "nowhere"], "theme.yaml: there is no such file"],
  [["report", "--rebuild", "nightledger.yaml"], "nightledger.yaml is no manifest that can be used"],
  [["report", "--report", "project-detail", "--only", "nothing-has-this"], "No project of the night"],
  [["explain"], "Name one figure"],
  [["explain", "portfolio.scor"], "The nearest are: portfolio.score"],
  [["explain", "target.score", "--report", "project-detail"], "and 29 are meant. Name one with --target."],
])("%j is told off in one sentence", async (args, sentence) => {
  const { status, out, err } = await nightledger(...args);
  expect([status, out]).toEqual([2, ""]);
  expect(err).toContain(sentence);
});

/** A theme with these files. */
function themeOf(name: string, files: Record<string, string>): string {
  for (const [file, text] of Object.entries({ "theme.yaml": "company: Aurora\n", ...files })) {
    mkdirSync(dirname(join(folder, name, file)), { recursive: true });
    writeFileSync(join(folder, name, file), text);
  }
  return name;
}

const REMOTE = { "templates/definitions.hbs": '<img alt="" src="https://example.com/a.png">' };

test.each(["html", "json", "mail,xlsx"])(
  "a theme with a remote picture ends --format %s with status 5 and no edition",
  async (format) => {
    const theme = themeOf("remote", REMOTE);
    const { status, err } = await nightledger(
      "report",
      "--theme",
      theme,
      "--format",
      format,
      "--out",
      "refused",
    );
    expect(err).toContain("did not pass its gate");
    expect(err).toMatch(
      / {2}reference: Line \d+ of the HTML: <img src="https:\/\/example\.com\/a\.png"> is not in the document\.\n/,
    );
    expect(status).toBe(5);
    expect(readdirSync(join(folder, "refused"))).toEqual(["rejected"]);
  },
);

test("report --rebuild --force passes the gate, too", async () => {
  const manifest = join("out", `${STEM}.manifest.json`);
  const args = ["--theme", themeOf("remote", REMOTE), "--force", "--out", "forced", "--json"];
  const { status, out, err } = await nightledger("report", "--rebuild", manifest, ...args);
  expect(status).toBe(5);
  expect(err).toContain("did not pass its gate");
  expect(JSON.parse(out)).toMatchObject({ passed: false, findings: [{ rule: "reference" }] });
  expect(readdirSync(join(folder, "forced"))).toEqual(["rejected"]);
});

test("a chart that asks for a file ends with status 2, its file and its line", async () => {
  const chart = '{\n  "width": 9, "height": 9, "mark": "text",\n  "data": { "url": "/etc/hostname" }\n}';
  const theme = themeOf("reading", { "charts/score-trend.vl.json": chart });
  const { status, err } = await nightledger("report", "--theme", theme, "--format", "html", "--out", "none");
  expect(status).toBe(2);
  expect(err).toContain(
    'score-trend.vl.json: line 3, "data": { "url": "/etc/hostname" }: "url" asks for a file',
  );
});

test.each([
  [["--report", "../reports/base"], 'There is no report "../reports/base".'],
  [["--report", "."], 'There is no report ".".'],
  [["--locale", "../locales/en"], 'has no locale "../locales/en"'],
])("%j is a name and no path", async (args, why) => {
  const { status, err } = await nightledger("report", ...args, "--format", "html", "--out", "none");
  expect(status).toBe(2);
  expect(err).toContain(why);
});
