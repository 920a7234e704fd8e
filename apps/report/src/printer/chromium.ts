import type { Browser, CDPSession } from "puppeteer-core";
import { BrowserNotFoundError, SandboxError } from "../errors.ts";
import { makeBrowserFolder } from "./browser-folder.ts";
import { chromiumFlags } from "./chromium-flags.ts";
import { ChromiumProcess } from "./chromium-process.ts";
import { type FoundChromium, findChromiums } from "./find-chromium.ts";
import { reasonInStderr } from "./reason-in-stderr.ts";
import { SANDBOX_SETTING, whyUnsandboxed } from "./sandbox.ts";
import { unlessAborted } from "./unless-aborted.ts";

const NO_SANDBOX = /no usable sandbox|failed to move to new namespace|setuid sandbox/i;

/** How long a Chromium that closed its pipes may take to end by itself. */
const EXIT_GRACE_MS = 1000;

/** A Chromium that was to print and did not start. */
export interface FailedChromium {
  name: string;
  /** A clause: `/usr/bin/chromium does not start (Socket path too long)`. */
  why: string;
  error: Error;
}

export interface Chromium {
  browser: Browser;
  /** Speaks with the browser rather than with one of its pages. */
  session: CDPSession;
  process: ChromiumProcess;
  /** What messages call it: its file, or that it is the packaged one. */
  name: string;
  /** Why it runs without its sandbox; null when it runs with it. */
  unsandboxed: string | null;
  /** Aborted when any of its pages crashes from now on. */
  nextCrash: () => AbortSignal;
}

export interface Launch {
  signal: AbortSignal;
  launchTimeoutMs: number;
  /** Gets a sentence or two for each browser that does not start while another one does. */
  warn?: ((sentence: string) => void) | undefined;
  /** The browsers to try, the best first; left out, those that findChromiums finds. */
  browsers?: readonly FoundChromium[] | undefined;
}

async function watchCrashes(session: CDPSession): Promise<() => AbortSignal> {
  let crash = new AbortController();
  session.on("Target.targetCrashed", () => {
    const before = crash;
    crash = new AbortController();
    before.abort(new Error("A page crashed."));
  });
  await session.send("Target.setDiscoverTargets", { discover: true });
  return () => crash.signal;
}

type Connected = Pick<Chromium, "browser" | "session" | "nextCrash">;

async function connect({ transport }: ChromiumProcess): Promise<Connected> {
  const { default: puppeteer } = await import("puppeteer-core");
  const browser = await puppeteer.connect({
    transport,
    defaultViewport: null,
    networkEnabled: false, // it would send every embedded font twice
    issuesEnabled: false,
    protocolTimeout: 0, // the deadlines are the printer's
  });
  const session = await browser.target().createCDPSession();
  return { browser, session, nextCrash: await watchCrashes(session) };
}

/** Starts one Chromium. @throws SandboxError, the signal's reason, an error whose message is a clause about it */
async function start(file: string, name: string, { signal, launchTimeoutMs }: Launch): Promise<Chromium> {
  const unsandboxed = whyUnsandboxed(process.env);
  signal.throwIfAborted();
  const folder = makeBrowserFolder();
  const flags = await chromiumFlags(folder, unsandboxed === null);
  const chromium = new ChromiumProcess(file, flags, folder);
  const late = AbortSignal.timeout(launchTimeoutMs);
  try {
    const usable = AbortSignal.any([signal, late, chromium.ended]);
    const answering = await unlessAborted(connect(chromium), usable);
    return { ...answering, process: chromium, name, unsandboxed };
  } catch (error) {
    const { stderr, exit } = await chromium.lastWords(signal.aborted || late.aborted ? 0 : EXIT_GRACE_MS);
    signal.throwIfAborted();
    if (NO_SANDBOX.test(stderr)) throw new SandboxError(SANDBOX_SETTING, error);
    const ended = late.aborted ? `no answer within ${launchTimeoutMs / 1000} s` : exit;
    const reason = reasonInStderr(stderr) ?? ended ?? (error as Error).message;
    throw new Error(`does not start (${reason})`, { cause: error });
  }
}

/** Tries one Chromium. @throws the signal's reason */
async function attempt(found: FoundChromium, launch: Launch): Promise<Chromium | FailedChromium> {
  const { name } = found;
  try {
    return await start(await found.file(), name, launch);
  } catch (thrown) {
    launch.signal.throwIfAborted();
    const error = thrown as Error;
    const clause = error instanceof SandboxError ? "does not start (its sandbox cannot)" : error.message;
    return { name, why: `${name} ${clause}`, error };
  }
}

function noneStarts(failed: readonly FailedChromium[]): Error {
  const sandbox = failed.find(({ error }) => error instanceof SandboxError);
  if (sandbox !== undefined) return sandbox.error;
  const whys = failed.map(({ why }) => why);
  return new BrowserNotFoundError(whys.join("; ") || "none is installed", failed[0]?.error);
}

/**
 * Starts a Chromium and waits until it answers. Its sandbox is on wherever the machine allows. One that does not start
 * is put into `failed` and the next is tried, and those in `failed` are not tried again; one that the user named is
 * the only one.
 *
 * @throws BrowserNotFoundError, SandboxError, the signal's reason
 */
export async function launchChromium(launch: Launch, failed: FailedChromium[]): Promise<Chromium> {
  // whatever takes a while comes before there is a folder: who is killed meanwhile leaves none
  await import("puppeteer-core");
  const { browsers = findChromiums(), warn } = launch;
  const tried = browsers.filter(({ name }) => failed.every((known) => known.name !== name));
  const now: FailedChromium[] = [];
  for (const found of tried) {
    const started = await attempt(found, launch);
    if ("process" in started) {
      failed.push(...now);
      for (const { why } of now) warn?.(`${why}. Reports are printed with ${found.name}.`);
      return started;
    }
    now.push(started);
  }
  throw noneStarts([...failed, ...now]);
}
