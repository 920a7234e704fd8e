import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, openReader } from "@nightledger/store";
import type { EditionFormat } from "../editions/edition-formats.ts";
import { renderReport } from "../report.ts";
import { content, writeNight } from "../test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../../reports", import.meta.url));

/** What no edition may hold. */
export const SECRET = "hunter2-of-the-payments-team";

/** A report of one page: what a theme does to it is all there is to see. */
const TINY: Record<string, string> = {
  "report.yaml": "about: audience\npages: { min: 1, max: 1 }\nsections: [tiny]\ndata: [portfolio, nights]\n",
  "templates/tiny.hbs":
    '<h1>{{t "title"}}</h1>\n<p>{{points portfolio.score}}</p>\n{{chart "tiny" nights alt=(t "title")}}\n',
  "templates/mail-body.hbs": "<tr><td>{{portfolio.data_date}}</td></tr>\n",
  "templates/mail-text-body.hbs": "{{portfolio.data_date}}\n",
  "templates/mail-subject-figures.hbs": "{{portfolio.data_date}}\n",
  "locales/en.yaml": "title: Tiny\n",
};

/** How a report in a theme ended. */
export interface Ending {
  /** Why it could not be made; empty where it could. */
  error: string;
  /** What the gate has against it: rule and detail. */
  findings: string[];
  /** What lies in the folder of editions, those that were put aside not. */
  placed: string[];
  /** All texts of all files that were made. */
  texts: string;
  /** What the address on 127.0.0.1 was asked for meanwhile. */
  asked: string[];
}

export interface HostileTheme {
  /** A folder of its own for each test. */
  dir: string;
  /** A folder beside the theme: `secret.txt` and whatever a test puts there. */
  outside: string;
  /** An address that answers with the secret. */
  url: string;
  /** What it was asked for since the last rendering began. */
  asked: string[];
  write(files: Record<string, string>): void;
  render(formats?: readonly EditionFormat[]): Promise<Ending>;
  reportsDir: string;
  database: string;
  close(): Promise<void>;
}

function writeAll(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A ledger of two nights, a report of one page, and an address that notes who calls. */
export async function hostileTheme(): Promise<HostileTheme> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-hostile-"));
  const [reportsDir, dir, outside, out] = ["reports", "theme", "outside", "out"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const database = join(folder, "ledger.db");
  cpSync(REPORTS_DIR, reportsDir, { recursive: true });
  writeAll(join(reportsDir, "tiny"), TINY);
  writeAll(outside, { "secret.txt": SECRET });
  const ledger = await openLedger(database);
  await writeNight(ledger, "2026-11-23", { shop: content(10, 4) });
  await writeNight(ledger, "2026-11-24", { shop: content(12, 5) });
  await ledger.close();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(`value\n${SECRET}\n`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  async function render(formats: readonly EditionFormat[] = ["html", "mail"]): Promise<Ending> {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    asked.length = 0;
    const ending: Ending = { error: "", findings: [], placed: [], texts: "", asked };
    const reader = await openReader(database);
    const order = { name: "tiny", dataDate: undefined, locale: "en", reportsDir, themeDir: dir };
    try {
      for await (const made of renderReport(reader.db, { ...order, outDir: out, formats })) {
        if (!made.passed) ending.findings = made.findings.map(({ rule, detail }) => `${rule}: ${detail}`);
      }
    } catch (error) {
      ending.error = String(error).replaceAll(folder, "");
    } finally {
      await reader.close();
    }
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    ending.placed = files.filter((each) => each.parentPath === out).map(({ name }) => name);
    ending.texts = files.map((each) => readFileSync(join(each.parentPath, each.name), "latin1")).join("\n");
    return ending;
  }

  return {
    dir,
    outside,
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    write: (files) => writeAll(dir, files),
    render,
    reportsDir,
    database,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A theme as it is before a test puts its attack into it. */
export function freshTheme({ dir, write }: HostileTheme): void {
  rmSync(dir, { recursive: true, force: true });
  write({ "theme.yaml": "company: Aurora Bank\n", "charts/tiny.vl.json": JSON.stringify(SPEC, null, 2) });
}

/** A chart that passes. */
export const SPEC = {
  usermeta: { values: ["score"] },
  data: { name: "rows" },
  width: 90,
  height: 40,
  layer: [{ mark: "point", encoding: { x: { field: "score", type: "quantitative" } } }],
};
