import type { Config } from "../config.ts";
import { ping } from "./ping.ts";
import type { WatchEnd } from "./watch.ts";

/** How long a ping may take. Milliseconds. */
const PATIENCE_MS = 4000;
/** How long, at the end, the start ping may still take: it must not come after the other. */
const START_PATIENCE_MS = 1000;

const unheard = (name: string, problem: string): string => `The ${name} ping was not heard: ${problem}.`;

/** Who speaks up when it hears nothing. */
export class Watchdog {
  readonly #urls: Config["operations"]["ping"];
  readonly #late = new AbortController();
  #started: Promise<string | null> = Promise.resolve(null);

  constructor(urls: Config["operations"]["ping"]) {
    this.#urls = urls;
  }

  /** Nobody waits for the answer. */
  began(): void {
    const { start } = this.#urls;
    if (start === null) return;
    this.#started = ping(start, null, AbortSignal.any([this.#late.signal, AbortSignal.timeout(PATIENCE_MS)]));
  }

  /** Tells how it ended. Gives what was not heard, a sentence each. */
  async ended({ status, summary }: WatchEnd): Promise<string[]> {
    const timer = setTimeout(() => this.#late.abort(), START_PATIENCE_MS);
    const start = await this.#started;
    clearTimeout(timer);
    const name = status === 0 ? "success" : "failure";
    const url = this.#urls[name];
    const body = `Exit status ${status}.\n${summary}`;
    const end = url === null ? null : await ping(url, body, AbortSignal.timeout(PATIENCE_MS));
    return [
      ...(start === null ? [] : [unheard("start", start)]),
      ...(end === null ? [] : [unheard(name, end)]),
    ];
  }
}
