import { isWholeAccount, type Target } from "@nightledger/core";
import { placeOf } from "@nightledger/store";

/** What an account would ask for. */
interface Claim {
  target: Target;
  /** What names its account in the ledger, whatever it is called tonight. */
  accountKey: string;
  /** Nobody needs to try: discovery could not show it. */
  isHopeless: boolean;
}

const rankOf = (claim: Claim, holders: ReadonlySet<string> | undefined): number =>
  (holders?.has(claim.accountKey) === true ? 0 : 2) + (claim.isHopeless ? 1 : 0);

/**
 * Which accounts ask for projects that several of them see, by the project's place. The one that has it on record keeps
 * it, so that its history goes on, and keeps it also while it fails: another user's rights may cover less of the project.
 * Where none has it, the first configured one gets it.
 *
 * @param claims in the order in which the accounts are configured
 */
export function oneAccountEach(
  claims: readonly Claim[],
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, string> {
  const best = new Map<string, Claim>();
  for (const claim of claims) {
    if (isWholeAccount(claim.target)) continue;
    const place = placeOf(claim.target);
    const other = best.get(place);
    const known = holders.get(place);
    if (other === undefined || rankOf(claim, known) < rankOf(other, known)) best.set(place, claim);
  }
  return new Map([...best].map(([place, { target }]) => [place, target.account]));
}
