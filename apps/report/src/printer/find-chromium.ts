import { existsSync, realpathSync } from "node:fs";
import { unpackChromium } from "./packaged-chromium.ts";

/** The variable that names the browser to print with. */
export const BROWSER_SETTING = "PUPPETEER_EXECUTABLE_PATH";

const INSTALLED = [
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
] as const;

/** A Chromium that may do to print with. */
export interface FoundChromium {
  /** Who says that it is there: the setting, the machine, or our own packages. */
  origin: "named" | "installed" | "packaged";
  /** What messages call it. */
  name: string;
  /** Its file; the packaged one is unpacked first. Throws an error whose message is a clause about it: `is not there`. */
  file: () => Promise<string>;
}

function named(file: string): FoundChromium {
  const find = async () => {
    if (existsSync(file)) return file;
    throw new Error("is not there");
  };
  return { origin: "named", name: `${file}, which ${BROWSER_SETTING} names,`, file: find };
}

/** The installed ones, each once: some are links to others. */
function installed(): FoundChromium[] {
  const files = new Map(INSTALLED.filter(existsSync).map((file) => [realpathSync(file), file]));
  return [...files.values()].map((name) => ({ origin: "installed", name, file: async () => name }));
}

function packaged(): FoundChromium[] {
  if (process.platform !== "linux" || process.arch !== "x64") return [];
  const file = () =>
    unpackChromium().catch((error: Error) => {
      throw new Error(`cannot be unpacked (${error.message})`, { cause: error });
    });
  return [{ origin: "packaged", name: "the packaged Chromium", file }];
}

/**
 * The Chromiums that the machine has to print with, the best first: PUPPETEER_EXECUTABLE_PATH's alone where it names
 * one, since its user wants that one; else the installed ones, then the packaged (Linux on x64).
 */
export function findChromiums(env: NodeJS.ProcessEnv = process.env): FoundChromium[] {
  const chosen = env[BROWSER_SETTING];
  if (chosen !== undefined && chosen !== "") return [named(chosen)];
  return [...installed(), ...packaged()];
}
