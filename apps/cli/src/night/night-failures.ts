import { type DeliveryHistory, type Ledger, markLostDeliveries } from "@nightledger/store";
import type { Recorded } from "../record-night.ts";
import type { Coverage } from "./fetch-until.ts";

const MOST_PROBLEMS = 10;

/** Why targets of a night are missing: `network 2, frozen 1`. */
async function kindsOf({ db }: Ledger, dataDate: string): Promise<string> {
  const kinds = await db
    .selectFrom("coverage_failure_daily")
    .select(["failure_kind", "targets"])
    .where("data_date", "=", dataDate)
    .orderBy("targets", "desc")
    .orderBy("failure_kind")
    .execute();
  return kinds.map(({ failure_kind, targets }) => `${failure_kind} ${targets}`).join(", ");
}

/** What went wrong with a night's answers, a sentence each. */
export async function recordFailures(
  ledger: Ledger,
  dataDate: string,
  { coverage, recorded }: { coverage: Coverage; recorded: Recorded | null },
): Promise<string[]> {
  const { expected, missing } = coverage;
  const none =
    expected === 0 ? ["No target was expected: nothing could be discovered, and none was known before."] : [];
  const some =
    missing === 0
      ? []
      : [`${missing} of ${expected} targets are missing: ${await kindsOf(ledger, dataDate)}.`];
  const { result, unshared = null, unheard = null } = recorded ?? {};
  const problems = (result?.problems ?? []).slice(0, MOST_PROBLEMS);
  const told = [unshared, unheard].filter((problem) => problem !== null);
  return [...none, ...some, ...problems, ...told];
}

/** How a delivery stands that did not come to a good end. */
const STANDING = {
  refused: "was refused",
  deferred: "could not be sent yet",
  pending: "was not sent yet",
  sending: "is on its way",
  unknown: "may have arrived, or not; look, and tell with: nightledger deliver --resolve",
} as const;

const isOpenState = (state: string): state is keyof typeof STANDING => Object.hasOwn(STANDING, state);

/** Whether a delivery did not come to a good end. */
export const isOpen = ({ state }: DeliveryHistory): boolean => isOpenState(state);

/** Deliveries that a dead process left on their way, which nobody knows the end of; a sentence each. */
export async function lostDeliveries(ledger: Ledger, now: Date): Promise<string[]> {
  const ids = await markLostDeliveries(ledger, now);
  if (ids.length === 0) return [];
  const rows = await ledger.db
    .selectFrom("delivery_history")
    .selectAll()
    .where("delivery_id", "in", ids)
    .execute();
  return rows.map(deliverySentence);
}

/** A delivery that did not come to a good end, in a sentence. */
export function deliverySentence(delivery: DeliveryHistory): string {
  const { delivery_id, data_date, report, edition, channel, recipient, state, answer } = delivery;
  const what = delivery.kind === "failure" ? "The notice to operators" : `The report ${report}`;
  const standing = isOpenState(state) ? STANDING[state] : state;
  const id = state === "unknown" ? ` ${delivery_id}` : "";
  return `${what} of ${data_date}, edition ${edition}, to ${recipient} (${channel}) ${standing}${id}${answer === null ? "." : `: ${answer}`}`;
}
