import { type Ledger, ledgerIsThere, NoLedgerError, openLedger, shownPlace } from "@nightledger/store";

/**
 * Opens a ledger for writing that has to be there: a wrong path must not make an empty one.
 *
 * @throws NoLedgerError, UnreadableLedgerError
 */
export async function openExistingLedger(place: string): Promise<Ledger> {
  if (!(await ledgerIsThere(place))) throw new NoLedgerError(shownPlace(place));
  return await openLedger(place);
}
