import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, openLedger } from "./open.ts";

/** The databases that every test of the store runs on. */
export const ENGINES = ["sqlite"] as const;

/** An empty ledger of its own for one test. */
export async function openTestLedger(
  _engine: (typeof ENGINES)[number],
): Promise<{ ledger: Ledger; url: string; remove(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-store-"));
  const url = join(folder, "ledger.db");
  const ledger = await openLedger(url);
  return {
    ledger,
    url,
    async remove() {
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}
