import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ledger, openLedger, openReader, type Reader } from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { previewReport } from "./index.ts";
import { content, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));

let folder: string;
let reportsDir: string;
let ledger: Ledger;
let reader: Reader;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-errors-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  await writeNight(ledger, "2026-11-24", { shop: content(10, 4) });
  reader = await openReader(join(folder, "ledger.db"));
  reportsDir = join(folder, "reports");
});

afterAll(async () => {
  await reader.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  rmSync(reportsDir, { recursive: true, force: true });
  cpSync(REPORTS_DIR, reportsDir, { recursive: true });
});

const edit = (file: string, change: (text: string) => string): void => {
  const path = join(reportsDir, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
};

/** Why the report cannot be made, as the preview tells. */
async function whyNot(name = "project-detail"): Promise<string> {
  let why = "";
  const made = (result: object) => {
    if ("error" in result) why = (result.error as Error).message;
  };
  const order = { name, dataDate: undefined, locale: "en", reportsDir, made };
  await (await previewReport(reader.db, order)).close();
  return why.replace(`${reportsDir}/`, "");
}

const RECORD = "project-detail/templates/project-record.hbs";

test.each([
  ["a name that is not there", "{{nonsense}}", 'there is no "nonsense" here'],
  ["a name that a helper is given", "{{number target.nonsense}}", 'there is no "nonsense" here'],
  ["a name that is only asked about", "{{#if nonsense}}x{{/if}}", 'there is no "nonsense" here'],
  ["a line for the terminal", '{{log "x"}}', 'there is no "log" here'],
  ["a helper that is not there", "{{shout data_date}}", 'there is no "shout" here'],
  [
    "a figure without a format",
    "{{target.score}}",
    "{{target.score}} needs a format, such as {{number …}} or {{text …}}",
  ],
  [
    "a figure without a format, unescaped",
    "{{{target.score}}}",
    "{{target.score}} needs a format, such as {{number …}} or {{text …}}",
  ],
  ["a string as a figure", "{{points data_date}}", '"2026-11-24" is no figure'],
  ["a partial that is not there", "{{> nonsense}}", "there is no templates/nonsense.hbs in any layer"],
  ["a word that is not there", '{{t "non.sense"}}', 'locales/en.yaml: there is no text "non.sense"'],
  [
    "a word that lacks a value",
    '{{t "night"}}',
    expect.stringMatching(/base\/locales\/en\.yaml: "night" cannot be put into words: .*date/),
  ],
  [
    "a chart that is not there",
    '{{chart "nonsense" target_nights alt=(t "title")}}',
    expect.stringMatching(/charts\/nonsense\.vl\.json: there is no such file in any layer$/),
  ],
  ["an unfinished expression", "{{number target.score", "it cannot be read as Handlebars"],
  ["a block that is not closed as it was opened", "{{#if target}}x{{/unless}}", "if doesn't match unless"],
])("%s: %s has its file, line and expression", async (_, expression, reason) => {
  edit(RECORD, (text) => `<p></p>\n<p>${expression}</p>\n${text}`);
  const [, line, said, why] =
    /^project-detail\/templates\/project-record\.hbs: line (\d+), (.*?): (.*)$/.exec(await whyNot()) ?? [];
  expect([line, why]).toEqual(["2", reason]);
  expect(expression).toContain(said?.replace(/^<p>|<\/p>$/g, ""));
});

test.each(["risk_list", "main.risk_daily", "temp.risk_daily", "pragma_table_list"])(
  "a dataset that reads %s is refused, since it is no view of an audience's",
  async (relation) => {
    edit("project-detail/data/target.sql", (sql) =>
      sql.replace("LEFT JOIN risk_daily", `LEFT JOIN ${relation}`),
    );
    expect(await whyNot()).toBe(
      `project-detail/data/target.sql: "${relation}" is no view; \`nightledger dictionary\` lists those there are`,
    );
  },
);

test.each([
  [
    "SQL that the ledger does not understand",
    "project-detail/data/target.sql",
    (sql: string) => `${sql.trimEnd()}\n AND nonsense = 1\n`,
    /^project-detail\/data\/target\.sql: line 13, AND nonsense = 1: the ledger cannot answer: .*nonsense/,
  ],
  [
    "SQL that gives an alias a name which hides a table from a reader of texts",
    "project-detail/data/target.sql",
    (sql: string) =>
      `${sql.trimEnd()}\n AND 1 IN (SELECT t.id\n FROM coverage_daily AS window, main.target t)\n`,
    /^project-detail\/data\/target\.sql: line 14, FROM coverage_daily AS window, main\.target t\): it is refused: "main\.target" is no view that a dataset may read$/,
  ],
  [
    "SQL that is none",
    "project-detail/data/target.sql",
    (sql: string) => sql.replace("\n FROM", "\n FRMO").replace("\n  FROM", "\n  FRMO"),
    /^project-detail\/data\/target\.sql: line \d+, FRMO [^:]*: the ledger cannot answer: .*syntax error/,
  ],
  [
    "a chart that is no JSON",
    "base/charts/score-trend.vl.json",
    (json: string) => json.replace('"width":', '"width"'),
    /^base\/charts\/score-trend\.vl\.json: line \d+, "width" \d+,: no chart: /,
  ],
  [
    "a setting that is none",
    "project-detail/report.yaml",
    (yaml: string) => yaml.replace("trendNights: 90", "trendNights: ninety"),
    /^project-detail\/report\.yaml: .*\n.* at trendNights/,
  ],
  [
    "a section without a template",
    "project-detail/report.yaml",
    (yaml: string) => yaml.replace("project-record]", "nonsense]"),
    /^base\/templates\/report\.hbs: line \d+, \{\{> \(text this\) @root\}\}: there is no templates\/nonsense\.hbs in any layer$/,
  ],
  [
    "words that are no YAML",
    "project-detail/locales/en.yaml",
    (yaml: string) => `${yaml}broken: [\n`,
    /^project-detail\/locales\/en\.yaml: cannot be read: .*line \d+/,
  ],
  [
    "a message that is no ICU",
    "base/locales/en.yaml",
    (yaml: string) => `${yaml.replace(/^night: .*$/m, 'night: "{date"')}`,
    /^project-detail\/templates\/project\.hbs: line \d+, \{\{t "night" .*base\/locales\/en\.yaml: "night" cannot be put into words: /,
  ],
])("%s is named with its file and place", async (_, file, change, message) => {
  edit(file, change);
  expect((await whyNot()).replaceAll(`${reportsDir}/`, "")).toMatch(message);
});
