import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../run.ts";
import { NIGHT, type NightShift, openNightShift } from "../test-night-shift.ts";

/** Everything that acts on a terminal, with a line of its own in the middle. */
const HOSTILE =
  "\u001b[2J\u001b]0;owned\u0007\u009b31mX\u202e\u2066\u2028\u0085\u007f\rFORGED\nFORGED line\ud800";
/** What may be written: no control character but line feed, nothing that turns a text around, no lone surrogate. */
const READABLE = /^(?:\n|[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069])*$/u;

let shift: NightShift;

interface Seen {
  status: number;
  out: string;
  err: string;
}

/** A command as a person at a terminal sees it, our own progress bars taken out. */
async function seen(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Seen> {
  const said = { out: "", err: "" };
  const status = await run(args, {
    out: (text) => {
      said.out += text;
    },
    write: async (piece) => {
      said.out += piece.toString();
    },
    err: (text) => {
      said.err += text;
    },
    outInteractive: true,
    interactive: true,
    env,
    cwd: shift.folder,
    now: () => new Date(`${NIGHT}T04:30:00Z`),
    signal: new AbortController().signal,
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own redrawing is what is taken out
  return { status, out: said.out, err: said.err.replace(/\r([^\r\n]*)\u001b\[K/g, "$1") };
}

beforeAll(async () => {
  shift = await openNightShift({ projects: 4 });
  shift.simulator.world.projects.forEach((project, index) => {
    if (index < 2) Object.assign(project, { name: `${project.name}_${HOSTILE}` });
  });
});

afterAll(async () => await shift.close());

const VERBS: [what: string, args: string[]][] = [
  ["plan", ["plan", "--date", NIGHT]],
  ["ingest", ["ingest", "--date", NIGHT, "--log", "text"]],
  ["nightly", ["nightly", "--date", NIGHT, "--log", "text"]],
  ["nightly in JSON lines", ["nightly", "--date", NIGHT, "--log", "json"]],
  ["report", ["report", "--report", "project-detail", "--only", "FORGED", "--format", "html"]],
  ["runs show", ["runs", "show", "1"]],
  ["doctor", ["doctor"]],
  ["replay", ["replay", "--dry-run"]],
  ["explain", ["explain", "score"]],
  ["deliver", ["deliver", "--dry-run", "--date", NIGHT]],
  ["exceptions", ["exceptions"]],
  ["a query", ["query", "SELECT project_name FROM latest_risk"]],
  ["a query's column", ["query", `SELECT 1 AS "${HOSTILE.replaceAll("\ud800", "")}"`]],
  ["a query as CSV", ["query", "--format", "csv", "SELECT project_name FROM latest_risk"]],
  ["a query as JSON", ["query", "--format", "json", "SELECT project_name FROM latest_risk"]],
  ["a query that is wrong", ["query", `SELECT "${HOSTILE}" FROM nowhere`]],
  ["an unknown verb", [HOSTILE]],
  ["an unknown option", ["plan", `--${HOSTILE}`]],
  ["an operand", ["plan", HOSTILE]],
  ["a configuration that is not there", ["plan", "--config", `${HOSTILE}.yaml`]],
  ["a theme that is not there", ["report", "--format", "html", "--theme", HOSTILE]],
  ["a report that is not there", ["report", "--format", "html", "--report", HOSTILE]],
  ["an audience that is not there", ["report", "--format", "html", "--audience", HOSTILE]],
  ["a backup that is not there", ["restore", `${HOSTILE}.db`]],
  ["an error's place in the code", ["plan", "--config", `${HOSTILE}.yaml`, "--trace"]],
];

test.each(VERBS)("%s prints nothing that acts on a terminal", async (_, args) => {
  const { out, err } = await seen(args);
  expect(out + err).not.toBe("");
  expect(out).toMatch(READABLE);
  expect(err).toMatch(READABLE);
});

test("a name from outside gets no line of its own", async () => {
  shift.configure({ reports: `reports${HOSTILE}` });
  const { out } = await seen(["doctor"]);
  shift.configure({ reports: "reports" });
  expect(out).toContain(
    "reports\\u001b[2J\\u001b]0;owned\\u0007\\u009b31mX\\u202e\\u2066 \\u007f FORGED FORGED line",
  );
  expect(out).not.toMatch(/^FORGED/m);
});

test("a setting, a reference and a file's name are masked in the configuration's problems", async () => {
  mkdirSync(join(shift.folder, "hostile"));
  const file = join(shift.folder, "hostile", "night\u001b[2J.yaml");
  writeFileSync(
    file,
    `"time\\e[2JZone": UTC\ndatabase: "\${env:A\u009b31m}"\ntheme: "\${file:B\\u202e}"\naudiences: {"x\\u0007": {}}\n`,
  );
  const { status, out, err } = await seen(["plan", "--config", file]);
  expect(status).toBe(2);
  expect(out).toBe("");
  expect(err).toMatch(READABLE);
  expect(err).toContain("time\\u001b[2JZone");
  expect(err).toContain("B\\u202e");
  expect(err).toContain("night\\u001b[2J.yaml");
});

test("a pipe gets CSV exactly as it is, and JSON", async () => {
  const stored = HOSTILE.toWellFormed();
  const sql = "SELECT project_name AS name FROM latest_risk WHERE project_name LIKE '%FORGED%' LIMIT 1";
  const csv = await shift.command("query", "--format", "csv", sql);
  expect(csv.out).toContain(stored);
  const json = await shift.command("query", "--format", "json", sql);
  expect(JSON.parse(json.out)[0].name).toContain(stored);
});
