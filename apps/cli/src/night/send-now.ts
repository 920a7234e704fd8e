import { type SendOrder, sendDue } from "@nightledger/deliver";
import { type Ledger, sealRecords } from "@nightledger/store";
import type { Config } from "../config.ts";
import { redactorOf } from "../watch/redactor.ts";
import { channelsOf, closeChannels } from "./channels-of.ts";

const MINUTE_MS = 60_000;
/** Where there is no mail server to wait for, there may be folders and webhooks. */
const WITHOUT_MAIL = { retryMinutes: 5, retrySeconds: 30 } as const;

/** How long what is deferred is waited for, from now on. */
export const patienceOf = ({ mail }: Config, now: Date): Date =>
  new Date(now.getTime() + (mail ?? WITHOUT_MAIL).retryMinutes * MINUTE_MS);

/**
 * Sends what is due through the ways out that a configuration has, and waits for what is deferred until a time. What came
 * of it is sealed.
 *
 * @throws DiskFullError; what stopped it, where it was stopped
 */
export async function sendNow(
  ledger: Ledger,
  {
    config,
    until,
    signal,
    onSettled,
  }: { config: Config } & Pick<SendOrder, "until" | "signal" | "onSettled">,
): Promise<void> {
  const { retrySeconds } = config.mail ?? WITHOUT_MAIL;
  const channels = channelsOf(config);
  try {
    await sendDue(ledger, {
      channels,
      reportsDir: config.reports,
      until,
      retryMinMs: retrySeconds * 1000,
      signal,
      redact: redactorOf(config),
      ...(onSettled !== undefined && { onSettled }),
    });
  } finally {
    closeChannels(channels);
  }
  // the run's end sealed what was before it
  await sealRecords(ledger);
  signal.throwIfAborted();
}
