import type { Browser, CDPSession } from "puppeteer-core";
import { BrowserNotFoundError, SandboxError } from "../errors.ts";
import { makeBrowserFolder } from "./browser-folder.ts";
import { chromiumFlags } from "./chromium-flags.ts";
import { ChromiumProcess } from "./chromium-process.ts";
import { findChromium } from "./find-chromium.ts";
import { SANDBOX_SETTING, whyUnsandboxed } from "./sandbox.ts";
import { unlessAborted } from "./unless-aborted.ts";

const NO_SANDBOX = /no usable sandbox|failed to move to new namespace|setuid sandbox/i;
/** `[1:2:1124/010203.4:ERROR:content/file.cc(5)] what matters` */
const LOG_PREFIX = /^\[[^\]]*\]\s*/;

export interface Chromium {
  browser: Browser;
  /** Speaks with the browser rather than with one of its pages. */
  session: CDPSession;
  process: ChromiumProcess;
  /** Why it runs without its sandbox; null when it runs with it. */
  unsandboxed: string | null;
  /** Aborted when any of its pages crashes from now on. */
  nextCrash: () => AbortSignal;
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

async function connect({ transport }: ChromiumProcess): Promise<Omit<Chromium, "process" | "unsandboxed">> {
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

function whyNot(executable: string, complaint: string, error: unknown): Error {
  if (NO_SANDBOX.test(complaint)) return new SandboxError(SANDBOX_SETTING, error);
  const [first = ""] = complaint.trim().split("\n");
  const why = first.replace(LOG_PREFIX, "") || (error as Error).message;
  return new BrowserNotFoundError(`${executable} does not start (${why})`, error);
}

/**
 * Starts a Chromium and waits until it answers. Its sandbox is on wherever the machine allows.
 *
 * @throws BrowserNotFoundError, SandboxError, the signal's reason
 */
export async function launchChromium(signal: AbortSignal, launchTimeoutMs: number): Promise<Chromium> {
  // whatever takes a while comes before there is a folder: who is killed meanwhile leaves none
  const [executable] = await Promise.all([findChromium(), import("puppeteer-core")]);
  const unsandboxed = whyUnsandboxed(process.env);
  signal.throwIfAborted();
  const folder = makeBrowserFolder();
  const flags = await chromiumFlags(folder, unsandboxed === null);
  const chromium = new ChromiumProcess(executable, flags, folder);
  const late = AbortSignal.timeout(launchTimeoutMs);
  try {
    const usable = AbortSignal.any([signal, late, chromium.ended]);
    const answering = await unlessAborted(connect(chromium), usable);
    return { ...answering, process: chromium, unsandboxed };
  } catch (error) {
    const complaint = await chromium.lastWords();
    signal.throwIfAborted();
    if (!late.aborted) throw whyNot(executable, complaint, error);
    throw whyNot(executable, "", new Error(`no answer within ${launchTimeoutMs / 1000} s`));
  }
}
