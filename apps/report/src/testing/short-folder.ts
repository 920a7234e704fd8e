import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { rootsFor } from "../printer/browser-root.ts";

/** As long as a browser's folder is called at most. */
const LONGEST = "nl-browser-zzzzzzz-zzzzz-zzzzzzz-XXXXXX";

/** Makes a folder that a browser takes as its TMPDIR, however long the test's own is: sockets fit into it. */
export function makeShortFolder(): string {
  for (const root of rootsFor(join("nlXXXXXX", LONGEST))) {
    try {
      return mkdtempSync(join(root, "nl"));
    } catch {
      // missing or read-only
    }
  }
  throw new Error("No folder for temporary files can be written.");
}
