import { type Ledger, openLedger, openReader } from "@nightledger/store";

/** Opens a ledger for writing that has to be there: a wrong path must not make an empty one. @throws NoLedgerError */
export async function openExistingLedger(place: string): Promise<Ledger> {
  await (await openReader(place)).close();
  return await openLedger(place);
}
