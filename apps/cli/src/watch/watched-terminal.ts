import type { Terminal } from "../verb.ts";
import type { Watch } from "./watch.ts";

/** What others write to stderr while the work is under way becomes lines of it, where lines are JSON. */
export const watchedTerminal = (terminal: Terminal, watch: Watch): Terminal =>
  watch.json ? { ...terminal, err: (said) => watch.warn(said.replace(/^nightledger: /, "")) } : terminal;
