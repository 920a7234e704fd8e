import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { EXIT, type ExitStatus } from "./exit-status.ts";
import { exitStatusOf, failureText } from "./failure-text.ts";
import { EVERYWHERE, overallHelp, verbHelp } from "./help.ts";
import { maskedTerminal } from "./terminal/masked-terminal.ts";
import type { Options, Streams, Terminal, Verb } from "./verb.ts";
import { VERBS } from "./verbs.ts";

function parseOptions(verb: Verb, args: readonly string[]): { options: Options; operands: string[] } {
  const specs = Object.entries({ ...verb.options, ...EVERYWHERE });
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        specs.map(([name, spec]) => [
          name,
          { type: spec.type, multiple: "multiple" in spec && spec.multiple === true },
        ]),
      ),
      allowPositionals: true,
    });
    const operands = positionals;
    if (verb.operands === undefined && operands.length > 0) {
      throw new UsageError(`"${operands[0]}" is not understood here.`);
    }
    return { options: values as Options, operands };
  } catch (error) {
    const said = (error as Error).message.split(". ", 1)[0] ?? "";
    throw new UsageError(`${said.replace(/\.$/, "")}. See "nightledger ${verb.name} --help".`);
  }
}

async function verbNamed(name: string): Promise<Verb> {
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (load === undefined) {
    throw new UsageError(`There is no verb "${name}". It is one of: ${Object.keys(VERBS).join(", ")}.`);
  }
  return await load();
}

/** One command line, from its arguments to its exit status. */
export async function run(args: readonly string[], streams: Streams): Promise<ExitStatus> {
  const terminal = maskedTerminal(streams);
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    (name === undefined ? terminal.err : terminal.out)(await overallHelp());
    return name === undefined ? EXIT.usage : EXIT.complete;
  }
  try {
    const verb = await verbNamed(name);
    const { options, operands } = parseOptions(verb, rest);
    if (options.help === true) {
      terminal.out(verbHelp(verb));
      return EXIT.complete;
    }
    return await verb.run(terminal, options, operands);
  } catch (error) {
    return explain(error, terminal, args.includes("--trace"));
  }
}

function explain(error: unknown, terminal: Terminal, trace: boolean): ExitStatus {
  terminal.err(`nightledger: ${failureText(error)}\n`);
  if (trace && error instanceof Error) terminal.err(`${error.stack ?? ""}\n`);
  return exitStatusOf(error);
}
