import { userInfo } from "node:os";
import type { Terminal } from "../../verb.ts";

/** What the system calls the user; null where it has no name for it, as in some containers. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

/** Who runs the command, by the name that the system has; behind `sudo`, who called it. */
export const operatorOf = ({ env }: Pick<Terminal, "env">): string =>
  env.SUDO_USER ?? env.USER ?? env.LOGNAME ?? userName() ?? "a user without a name";
