import type { DeliveryHistory, ViewsOnly } from "@nightledger/store";
import { UsageError } from "../../errors.ts";
import type { ResendOrder } from "./resend-order.ts";

/** Addresses are compared as most mailboxes compare them. */
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Where a number is of no delivery, or of one that was not sent. @throws UsageError */
function requireSent(rows: readonly DeliveryHistory[], ids: readonly number[]): void {
  for (const id of ids) {
    const row = rows.find(({ delivery_id }) => delivery_id === id);
    if (row === undefined)
      throw new UsageError(
        `There is no delivery ${id}. "nightledger deliver" lists them. Nothing was changed.`,
      );
    if (row.state !== "sent") {
      const how = ["unknown", "refused", "skipped"].includes(row.state)
        ? `decide with "nightledger deliver --resolve ${id} --as again"`
        : '"nightledger deliver" sends it';
      throw new UsageError(
        `Delivery ${id} to ${row.recipient} is ${row.state}, not sent: ${how}. Nothing was changed.`,
      );
    }
  }
}

/** What tells a recipient's editions of a report from all others. */
const lineOf = ({ report, subject, locale, channel, recipient }: DeliveryHistory): string =>
  JSON.stringify([report, subject, locale, channel, recipient]);

/** The newest edition of each report that each recipient was sent; notices to operators are none. */
function newest(rows: readonly DeliveryHistory[]): DeliveryHistory[] {
  const found = new Map<string, DeliveryHistory>();
  for (const row of rows) {
    const before = found.get(lineOf(row));
    if (before === undefined || row.edition >= before.edition) found.set(lineOf(row), row);
  }
  return [...found.values()];
}

/**
 * The deliveries that are to be sent again, as the ledger has them: those named, or the newest edition of a night that
 * each recipient was sent and that fits. Without `to` only mails are meant.
 *
 * @throws UsageError where there is none, or one is not `sent`
 */
export async function findSent(
  db: ViewsOnly,
  { ids, to, audience, report }: ResendOrder,
  dataDate: string,
): Promise<DeliveryHistory[]> {
  const all = db.selectFrom("delivery_history").selectAll().orderBy("delivery_id");
  if (ids.length > 0) {
    const rows = await all.where("delivery_id", "in", ids).execute();
    requireSent(rows, ids);
    return rows;
  }
  const rows = await all.where("data_date", "=", dataDate).where("state", "=", "sent").execute();
  const fitting = rows.filter(
    (row) =>
      row.kind !== "failure" &&
      (to === undefined ? row.channel === "mail" : same(row.recipient, to)) &&
      (audience === undefined || row.audience === audience) &&
      (report === undefined || row.report === report),
  );
  if (fitting.length === 0) {
    throw new UsageError(
      `Nothing of ${dataDate} that was sent fits. "nightledger deliver --date ${dataDate} --dry-run" lists what there is. Nothing was changed.`,
    );
  }
  return newest(fitting);
}
