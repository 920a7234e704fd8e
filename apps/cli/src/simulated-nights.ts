import { ingest } from "@nightledger/ingest";
import { startSimulator } from "@nightledger/simulator";
import type { MailServer } from "@nightledger/simulator/mail";
import { openLedger } from "@nightledger/store";
import { openAccounts } from "./accounts.ts";
import { readConfig } from "./config.ts";
import { Progress } from "./progress.ts";
import type { Terminal } from "./verb.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

/** The day the simulated world is told for: on it, project 1 answers the documented example. */
export const REFERENCE_DATE = "2026-11-24";

export interface SimulatedNights {
  accounts: number;
  projects: number;
  nights: number;
  /** A mail server for the configuration. */
  mail?: Pick<MailServer, "port" | "ca">;
}

const nightsUntil = (last: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const day = new Date(`${last}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - (count - 1 - index));
    return day.toISOString().slice(0, 10);
  });

/**
 * Writes a configuration for a simulated cloud to `configFile`, and what the cloud answers on the nights up to
 * REFERENCE_DATE into the ledger that it names.
 */
export async function recordSimulatedNights(
  terminal: Terminal,
  configFile: string,
  { accounts: accountNum, projects, nights: nightNum, mail }: SimulatedNights,
): Promise<void> {
  const simulator = await startSimulator({
    accounts: accountNum,
    projects,
    referenceDate: REFERENCE_DATE,
    limit: null,
  });
  try {
    writeSimulatorConfig(simulator, configFile, mail);
    const config = readConfig(configFile, terminal.env);
    const progress = new Progress(terminal);
    const ledger = await openLedger(config.database);
    const { accounts, close } = openAccounts(config);
    try {
      const nights = nightsUntil(REFERENCE_DATE, nightNum);
      for (const [index, dataDate] of nights.entries()) {
        simulator.setDate(dataDate);
        const { concurrency } = config.request;
        await ingest(ledger, { dataDate, accounts, concurrency, signal: terminal.signal });
        terminal.signal.throwIfAborted();
        progress.show("Ingesting nights", index + 1, nights.length);
      }
    } finally {
      await close();
      await ledger.close();
    }
  } finally {
    await simulator.close();
  }
}
