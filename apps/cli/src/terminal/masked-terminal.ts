import { maskText } from "@nightledger/core/mask-text";
import type { Streams, Terminal } from "../verb.ts";

/** Back to the beginning of the line. */
const RETURN = "\r";
/** Clears from the cursor to the end of the line. */
const CLEAR_REST = "\u001b[K";
/** Clears a screen, and goes to its top. */
const CLEAR_SCREEN = "\u001b[2J\u001b[H";

/**
 * The one way to the process's streams: whatever is printed is masked, and then our own escape sequences are put
 * around it. They have methods of their own, so that no text can ask for them.
 */
export function maskedTerminal(streams: Streams): Terminal {
  const { ask } = streams;
  return {
    ...streams,
    out: (text) => streams.out(maskText(text)),
    err: (text) => streams.err(maskText(text)),
    write: (piece) =>
      streams.write(typeof piece === "string" && streams.outInteractive ? maskText(piece) : piece),
    redraw: (line) => streams.err(`${RETURN}${maskText(line)}${CLEAR_REST}`),
    clear: () => streams.out(CLEAR_SCREEN),
    ...(ask && { ask: (question, how) => ask(maskText(question), how) }),
  };
}
