import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { runHere } from "./test-command.ts";

const scriptFor = async (shell: string): Promise<string> => (await runHere(".", ["completion", shell])).out;

const hasBash = spawnSync("bash", ["--version"]).status === 0;

/** What bash offers at the end of a line. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `${await scriptFor("bash")}
COMP_WORDS=(nightledger ${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length}
_nightledger
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

test.skipIf(!hasBash)("bash completes verbs, options of a verb, and files", async () => {
  expect(await offered("ni")).toEqual(["nightly"]);
  expect(await offered("de")).toEqual(["deliver", "demo"]);
  expect(await offered("nightly", "--c")).toEqual(["--config", "--catch-up"]);
  expect(await offered("query", "--sa")).toEqual(["--saved"]);
  expect(await offered("nightly", "--config", "package.j")).toEqual(["package.json"]);
});

test.each(["bash", "zsh", "fish"])("the script for %s knows every verb and every option", async (shell) => {
  const script = await scriptFor(shell);
  const { out } = await runHere(".", ["--help"]);
  const verbs = [...out.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, verb]) => verb ?? "");
  expect(verbs.length).toBeGreaterThan(15);
  for (const verb of verbs) expect(script).toContain(verb);
  for (const option of ["catch-up", "dry-run", "resolve", "smtp-password"]) expect(script).toContain(option);
});

test("a shell that there is not is bad usage", async () => {
  expect(await runHere(".", ["completion", "tcsh"])).toMatchObject({
    status: 2,
    err: 'nightledger: It is "nightledger completion bash|zsh|fish".\n',
  });
});
