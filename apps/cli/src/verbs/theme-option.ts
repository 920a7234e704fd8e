import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { type Options, type Terminal, text } from "../verb.ts";

/** The folder with a company's looks and words: `--theme`, or the configuration's; undefined where there is none. */
export function themeOf(
  terminal: Terminal,
  options: Options,
  config: Pick<Config, "theme">,
): string | undefined {
  const theme = text(options, "theme");
  return theme === undefined ? config.theme : resolve(terminal.cwd, theme);
}
