import { type SendOrder, sendDue } from "@nightledger/deliver";
import type { Ledger } from "@nightledger/store";
import type { Config } from "../config.ts";
import { channelsOf, closeChannels } from "./channels-of.ts";

const MINUTE_MS = 60_000;
/** Where there is no mail server to wait for, there may be folders and webhooks. */
const WITHOUT_MAIL = { retryMinutes: 5, retrySeconds: 30 } as const;

/**
 * Sends what is due through the ways out that a configuration has, and waits for what is deferred as long as it says.
 *
 * @throws DiskFullError; what stopped it, where it was stopped
 */
export async function sendNow(
  ledger: Ledger,
  { config, signal, onSettled }: { config: Config } & Pick<SendOrder, "signal" | "onSettled">,
): Promise<void> {
  const { retryMinutes, retrySeconds } = config.mail ?? WITHOUT_MAIL;
  const channels = channelsOf(config);
  try {
    await sendDue(ledger, {
      channels,
      reportsDir: config.reports,
      until: new Date(Date.now() + retryMinutes * MINUTE_MS),
      retryMinMs: retrySeconds * 1000,
      signal,
      ...(onSettled !== undefined && { onSettled }),
    });
  } finally {
    closeChannels(channels);
  }
  signal.throwIfAborted();
}
