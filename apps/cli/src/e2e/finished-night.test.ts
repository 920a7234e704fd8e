import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift, QUICK } from "../test-night-shift.ts";

let shift: NightShift;

beforeEach(async () => {
  shift = await openNightShift();
  shift.configure({ publish: [{ ...QUICK, attach: ["pdf"] }] });
});
afterEach(() => shift.close());

const nightly = ["nightly", "--log", "text", "--date", NIGHT];
/** A browser that is not there: whatever prints ends with status 5. */
const NO_BROWSER = { PUPPETEER_EXECUTABLE_PATH: "/nowhere/chromium" };
const run = async (env: NodeJS.ProcessEnv = {}) => await (await shift.start(nightly, env)).ended;
const reports = () => join(shift.folder, "reports");
const pdfs = () => readdirSync(reports()).filter((name) => name.endsWith(".pdf"));
/** When each file was written. */
const written = () => readdirSync(reports()).map((name) => [name, statSync(join(reports(), name)).mtimeMs]);

test("prints and sends nothing again for a night that is finished", async () => {
  expect(await run()).toMatchObject({ status: 0 });
  const before = written();
  expect(pdfs()).toEqual([`${NIGHT}_executive-summary_all_en_e1.pdf`]);
  const again = await run(NO_BROWSER);
  expect(again).toMatchObject({ status: 0 });
  expect(written()).toEqual(before);
  expect(shift.mailServer.mails).toHaveLength(1);
});

/** The report that needs no browser, within this process. */
const quickly = () => shift.command(...nightly);
const documents = () =>
  readdirSync(reports()).filter((name) => name.endsWith(".html") && !name.includes(".mail."));
const path = (name: string | undefined) => join(reports(), name ?? "");

test("makes the correction that is due for a late answer, and a lost file again", async () => {
  shift.configure({ publish: [QUICK] });
  const deny = { operation: "ListSecurityRisk", project: 2, fault: "permission" } as const;
  shift.simulator.setFaults({ faults: [deny] });
  expect(await quickly()).toMatchObject({ status: 3 });
  shift.simulator.setFaults({ faults: [] });
  expect(await quickly()).toMatchObject({ status: 0 });
  expect(documents()).toHaveLength(2);
  const before = written();
  expect(await quickly()).toMatchObject({ status: 0 });
  expect(written()).toEqual(before);

  const [, second] = documents();
  const bytes = readFileSync(path(second), "utf8");
  writeFileSync(path(second), "damaged");
  expect(await quickly()).toMatchObject({ status: 0 });
  expect(readFileSync(path(second), "utf8")).toBe(bytes);
  expect(documents()).toHaveLength(2);
});

test("compares an edition whose manifest does not say what it was made from, and after other runs", async () => {
  shift.configure({ publish: [QUICK] });
  expect(await quickly()).toMatchObject({ status: 0 });
  const [document] = documents();
  const manifest = path(document?.replace(/\.html$/, ".manifest.json"));
  const { inputsHash, ...older } = JSON.parse(readFileSync(manifest, "utf8"));
  expect(inputsHash).toMatch(/^[0-9a-f]{64}$/);
  writeFileSync(manifest, JSON.stringify(older));
  expect(await quickly()).toMatchObject({ status: 0 });
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ inputsHash });

  const taken = ["retract", "--date", NIGHT, "--reason", "A test."];
  expect(await shift.command(...taken)).toMatchObject({ status: 0 });
  expect(await shift.command(...taken, "--undo")).toMatchObject({ status: 0 });
  expect(await quickly()).toMatchObject({ status: 0 });
  expect(JSON.parse(readFileSync(manifest, "utf8")).inputsHash).not.toBe(inputsHash);
  expect(documents()).toHaveLength(1);
  expect(shift.mailServer.mails).toHaveLength(1);
});

test("makes another edition where the theme changed, for the same runs", async () => {
  shift.configure({ publish: [QUICK] });
  expect(await quickly()).toMatchObject({ status: 0 });
  const theme = join(shift.folder, "theme");
  mkdirSync(theme);
  writeFileSync(join(theme, "theme.yaml"), "company: Acme\n");
  shift.configure({ theme: "./theme" });
  expect(await quickly()).toMatchObject({ status: 0 });
  expect(documents()).toHaveLength(2);
});
