import { UnreadableLedgerError } from "../errors.ts";
import { isDamage } from "./damage.ts";

/** Does something with a ledger's file; that it is damaged is told with the way back. @throws UnreadableLedgerError */
export function withDamageTold<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isDamage(error) && !(error instanceof UnreadableLedgerError)
      ? new UnreadableLedgerError(path, error)
      : error;
  }
}
