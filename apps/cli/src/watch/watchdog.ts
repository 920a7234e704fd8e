import { openDispatcher } from "@nightledger/core/open-dispatcher";
import type { ProxyRoutes } from "@nightledger/core/proxy-routes";
import type { Dispatcher } from "undici";
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
  readonly #dispatcher: Dispatcher;
  readonly #late = new AbortController();
  #started: Promise<string | null> = Promise.resolve(null);

  constructor(urls: Config["operations"]["ping"], routes: ProxyRoutes) {
    this.#urls = urls;
    this.#dispatcher = openDispatcher(routes, { timeoutMs: PATIENCE_MS });
  }

  /** Nobody waits for the answer. */
  began(): void {
    const { start } = this.#urls;
    if (start === null) return;
    const signal = AbortSignal.any([this.#late.signal, AbortSignal.timeout(PATIENCE_MS)]);
    this.#started = ping(start, null, { dispatcher: this.#dispatcher, signal });
  }

  /** Tells how it ended. Gives what was not heard, a sentence each. */
  async ended({ status, summary }: WatchEnd): Promise<string[]> {
    const timer = setTimeout(() => this.#late.abort(), START_PATIENCE_MS);
    const start = await this.#started;
    clearTimeout(timer);
    const name = status === 0 ? "success" : "failure";
    const url = this.#urls[name];
    const body = `Exit status ${status}.\n${summary}`;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const end = url === null ? null : await ping(url, body, { dispatcher: this.#dispatcher, signal });
    return [
      ...(start === null ? [] : [unheard("start", start)]),
      ...(end === null ? [] : [unheard(name, end)]),
    ];
  }
}
