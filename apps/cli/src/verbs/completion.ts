import { completionScript, SHELLS } from "../completion-script.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { VERBS } from "../verbs.ts";

async function runCompletion(
  terminal: Terminal,
  _: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const shell = SHELLS.find((each) => each === operands[0]);
  if (shell === undefined || operands.length > 1) {
    throw new UsageError(`It is "nightledger completion ${SHELLS.join("|")}".`);
  }
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  terminal.out(completionScript(shell, verbs));
  return EXIT.complete;
}

/** `nightledger completion` */
export const completionVerb: Verb = {
  name: "completion",
  summary: "Print what makes a shell complete verbs and options.",
  operands: SHELLS.join("|"),
  options: {},
  run: runCompletion,
};
