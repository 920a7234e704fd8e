import { lookUp } from "../../config-references.ts";
import { UsageError } from "../../errors.ts";
import { type Options, type Terminal, text } from "../../verb.ts";

const REFERENCE = /^(env|file):(.+)$/;

/**
 * The password that a login gets: from where --password names, or typed by the person there; null leaves it as it is.
 * Never from the command line itself, which everybody on the machine can read.
 *
 * @throws UsageError
 */
export async function rolePasswordOf(
  terminal: Terminal,
  options: Options,
  role: string,
): Promise<string | null> {
  const given = text(options, "password");
  if (given === undefined) {
    const typed = await terminal.ask?.(`Password of ${role} (empty leaves it as it is): `, { secret: true });
    return typed === undefined || typed === "" ? null : typed;
  }
  const [, kind, name] = REFERENCE.exec(given) ?? [];
  if (kind === undefined || name === undefined) {
    throw new UsageError(
      "--password takes env:NAME or file:PATH: a secret on the command line is one that all can read.",
    );
  }
  return lookUp(kind, name, terminal.cwd, terminal.env);
}
