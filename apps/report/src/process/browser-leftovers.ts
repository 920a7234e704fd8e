import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_AGAIN_MS = 10;
const ENDED = "Z";

interface Running {
  pid: number;
  group: number;
  command: string;
  /** Of ours: it works in a folder of `tmp`. */
  within: boolean;
}

function look(pid: string, tmp: string): Running | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === ENDED) return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    const within = readlinkSync(`/proc/${pid}/cwd`).startsWith(join(tmp, "nl-browser-"));
    return { pid: Number(pid), group: Number(group), command, within };
  } catch {
    return null; // it ended meanwhile, or is not ours to look at
  }
}

/** The Chromium processes of printers whose temporary folder is `tmp`, and their folders. For tests. */
export class BrowserLeftovers {
  readonly #tmp: string;
  readonly #groups = new Set<number>();

  constructor(tmp: string) {
    this.#tmp = tmp;
  }

  /** What runs. A group once seen is known again, also by members that work elsewhere. */
  running(): Running[] {
    const all = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => look(pid, this.#tmp) ?? []);
    for (const { within, group } of all) if (within) this.#groups.add(group);
    return all.filter(({ group }) => this.#groups.has(group));
  }

  folders(): string[] {
    return readdirSync(this.#tmp).filter((name) => name.startsWith("nl-browser-"));
  }

  /** Looks until a condition holds, or the time is over. */
  async until(condition: (left: this) => boolean, timeoutMs = 30_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!condition(this) && performance.now() < deadline) await sleep(LOOK_AGAIN_MS);
  }
}
