import type { ExitStatus } from "../exit-status.ts";
import { exitStatusOf, failureText } from "../failure-text.ts";
import type { Watch } from "./watch.ts";

/**
 * Tells whoever watches that the work ended early. Between JSON lines nothing else is written, so there the error is a
 * line, too; people are told of it as of any other.
 *
 * @throws the error, where nobody was told of it yet
 */
export async function endBroken(watch: Watch, error: unknown, trace: boolean): Promise<ExitStatus> {
  const [status, summary] = [exitStatusOf(error), failureText(error)];
  await watch.ended({ status, summary });
  if (!watch.json) throw error;
  const stack = trace && error instanceof Error ? { stack: error.stack } : {};
  watch.error(summary, { exit_status: status, ...stack });
  return status;
}
