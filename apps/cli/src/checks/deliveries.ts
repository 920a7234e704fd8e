import { leaseHolder, ledgerIsThere, openReader, shownPlace } from "@nightledger/store";
import { deliverySentence } from "../night/night-failures.ts";
import { type Finding, findingOf } from "./finding.ts";

/** So many are named; "nightledger deliver --dry-run" has all. */
const MOST = 5;

const CURES = {
  unknown:
    'Ask the recipient, then tell: "nightledger deliver --resolve ID --as sent", or "--as again" to send it once more.',
  atWork: "A run is at work and sends them; see lease.",
  open: '"nightledger deliver" sends them, and so does the next nightly of their night.',
};

/** Does a delivery wait for somebody to decide, or to be sent? */
export async function* deliveryFindings(database: string): AsyncGenerator<Finding> {
  if (!(await ledgerIsThere(database))) return;
  yield await findingOf("deliveries", shownPlace(database), async () => {
    const reader = await openReader(database);
    try {
      const rows = await reader.db
        .selectFrom("delivery_history")
        .selectAll()
        .where("state", "in", ["unknown", "deferred", "pending", "sending"])
        .orderBy("delivery_id", "desc")
        .execute();
      if (rows.length === 0) return "None waits for anybody.";
      const named = rows.slice(0, MOST).map(deliverySentence);
      const more =
        rows.length > MOST ? [`And ${rows.length - MOST} more: "nightledger deliver --dry-run".`] : [];
      const holder = await leaseHolder(reader);
      const isAtWork = holder !== null && !holder.isOver;
      const cures = [
        ...(rows.some(({ state }) => state === "unknown") ? [CURES.unknown] : []),
        ...(rows.some(({ state }) => state !== "unknown") ? [isAtWork ? CURES.atWork : CURES.open] : []),
      ];
      return { status: "warning", detail: [...named, ...more, ...cures].join(" ") };
    } finally {
      await reader.close();
    }
  });
}
