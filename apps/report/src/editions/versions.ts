import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";
import type { Manifest } from "./manifest.ts";

const require = createRequire(import.meta.url);
const packageSchema = z.object({ version: z.string() });

const versionIn = (file: string | URL): string =>
  packageSchema.parse(JSON.parse(readFileSync(file, "utf8"))).version;

/** What a report was made with; `chromium` as it calls itself, null where nothing was printed. */
export const versionsNow = (chromium: string | null): Manifest["versions"] => ({
  nightledger: versionIn(new URL("../../package.json", import.meta.url)),
  node: process.versions.node,
  chromium,
  puppeteer: versionIn(require.resolve("puppeteer-core/package.json")),
});
