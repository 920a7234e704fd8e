import { spawnSync } from "node:child_process";
import { BROWSER_SETTING, findChromiums } from "../printer/find-chromium.ts";

/** A real browser: distributions also put a script there that says how to install one. */
const isBrowser = (file: string): boolean => spawnSync(file, ["--version"]).status === 0;

/** The files of all browsers of this machine, the one that the environment names and the packaged one among them. */
export async function browsersHere(): Promise<string[]> {
  const found = [...findChromiums({}), ...(process.env[BROWSER_SETTING] ? findChromiums() : [])];
  const files = new Set(await Promise.all(found.map(({ file }) => file())));
  return [...files].filter(isBrowser);
}
