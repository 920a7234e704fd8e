import puppeteer, { type Browser } from "puppeteer-core";
import { findChromium } from "./printer/find-chromium.ts";
import { whyUnsandboxed } from "./printer/sandbox.ts";

/** A browser that does as it is told, also what no printer of ours would: it runs scripts and asks for files. */
export async function openTestBrowser(): Promise<Browser> {
  const args = whyUnsandboxed(process.env) === null ? [] : ["--no-sandbox"];
  return await puppeteer.launch({ executablePath: await findChromium(), headless: "shell", args });
}
