import { maskLine } from "@nightledger/core/mask-text";
import { openParcel, readParcel } from "@nightledger/deliver";
import { type DeliveryHistory, deliveryContents, type Ledger, resendDeliveries } from "@nightledger/store";
import type { Config } from "../../config.ts";
import { UsageError } from "../../errors.ts";
import type { Terminal } from "../../verb.ts";
import { findSent } from "./find-sent.ts";
import { operatorOf } from "./operator-of.ts";
import type { ResendOrder } from "./resend-order.ts";

/** Whether what was sent is still there as it was: otherwise it could not be sent again. @throws UsageError */
async function requireFiles(
  ledger: Ledger,
  rows: readonly DeliveryHistory[],
  reportsDir: string,
): Promise<void> {
  const contents = await deliveryContents(
    ledger,
    rows.map(({ delivery_id }) => delivery_id),
  );
  for (const { delivery_id, content } of contents) {
    try {
      openParcel(readParcel(content), reportsDir);
    } catch (error) {
      throw new UsageError(
        `Delivery ${delivery_id} cannot be sent again: ${(error as Error).message} Nothing was changed.`,
      );
    }
  }
}

/**
 * Puts on record that what was sent is to be sent again, by whom and why. Only for who holds the lease. Gives the
 * deliveries as they were.
 *
 * @throws UsageError where one cannot be sent again; then none is
 */
export async function resend(
  ledger: Ledger,
  terminal: Terminal,
  { order, config, dataDate }: { order: ResendOrder; config: Config; dataDate: string },
): Promise<DeliveryHistory[]> {
  const rows = await findSent(ledger.db, order, dataDate);
  await requireFiles(ledger, rows, config.reports);
  const answer = maskLine(`To be sent again, by ${operatorOf(terminal)}: ${order.reason}`);
  const ids = rows.map(({ delivery_id }) => delivery_id);
  const odd = await resendDeliveries(ledger, { ids, answer }, terminal.now());
  if (odd !== null) throw new UsageError(`Delivery ${odd} is not sent any more. Nothing was changed.`);
  for (const { delivery_id, report, edition, data_date, recipient } of rows) {
    terminal.err(
      `Delivery ${delivery_id}: ${report} of ${data_date}, edition ${edition}, goes to ${recipient} again.\n`,
    );
  }
  return rows;
}
