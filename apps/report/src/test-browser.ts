import puppeteer, { type Browser } from "puppeteer-core";
import { makeBrowserFolder, removeBrowserFolder } from "./printer/browser-folder.ts";
import { findChromiums } from "./printer/find-chromium.ts";
import { whyUnsandboxed } from "./printer/sandbox.ts";

const sandbox = () => (whyUnsandboxed(process.env) === null ? [] : ["--no-sandbox"]);

/** A browser that does what no printer of ours would: it runs scripts and asks for files. The one that prints. */
export async function openTestBrowser(): Promise<Browser> {
  const failed: unknown[] = [];
  for (const { file } of findChromiums()) {
    const folder = makeBrowserFolder();
    const env = { ...process.env, TMPDIR: folder };
    try {
      const executablePath = await file();
      const options = {
        executablePath,
        headless: "shell",
        args: sandbox(),
        userDataDir: folder,
        env,
      } as const;
      const browser = await puppeteer.launch(options);
      browser.once("disconnected", () => removeBrowserFolder(folder));
      return browser;
    } catch (error) {
      removeBrowserFolder(folder);
      failed.push(error);
    }
  }
  throw new AggregateError(failed, "No browser starts.");
}
