/** An account as it is configured, and the domain that IAM says it is; null where it could not be asked. */
export interface ConfiguredAccount {
  name: string;
  domainId: string | null;
}

/** An account on record. */
export interface KnownAccount {
  /** What names it in every table: its first name. */
  key: string;
  /** What it is called now. */
  name: string;
  /** Null of an account that was recorded before domains were. */
  domainId: string | null;
  /** Nobody ever saw what it has: it was missing as a whole, perhaps under a name that is new for another one. */
  isStandIn: boolean;
}

/** Which account on record a configured one is. */
export interface AccountMatch extends ConfiguredAccount {
  key: string;
  /** What it was called until now; null of one that is new. */
  before: string | null;
}

const isSame = (one: string | null, other: string | null): boolean =>
  one === null || other === null || one === other;

/**
 * By name, where the domain does not say otherwise. A domain that is known as well goes first. An account that could not
 * be asked is nobody by its name alone where another one is of that domain tonight under a name that a third had: then
 * names went from one to the other.
 */
function byName(configured: readonly ConfiguredAccount[], known: readonly KnownAccount[]) {
  const matches = new Map<ConfiguredAccount, KnownAccount>();
  const wentElsewhere = (former: KnownAccount) =>
    configured.some(
      ({ name, domainId }) =>
        name !== former.name &&
        domainId !== null &&
        domainId === former.domainId &&
        known.some((one) => one.name === name && !isSame(one.domainId, domainId)) &&
        !known.some((one) => one.name === name && one.domainId === domainId),
    );
  for (const account of configured) {
    const named = known.filter(
      (one) =>
        one.name === account.name &&
        isSame(one.domainId, account.domainId) &&
        !(account.domainId === null && wentElsewhere(one)),
    );
    const match = named.find(({ domainId }) => domainId !== null) ?? named[0];
    if (match !== undefined) matches.set(account, match);
  }
  return matches;
}

/** A key that no account on record has. */
function freeKey({ name, domainId }: ConfiguredAccount, taken: ReadonlySet<string>): string {
  let key = name;
  for (let turn = 1; taken.has(key); turn += 1)
    key = `${name} (${domainId ?? "unknown domain"}${turn === 1 ? "" : ` ${turn}`})`;
  return key;
}

/**
 * Which accounts on record the configured ones are. A name that is new for a domain is a rename where one account alone
 * can be meant: the only configured one of the domain that no name fits, and the only one on record. Any other is new.
 */
export function matchAccounts(
  configured: readonly ConfiguredAccount[],
  known: readonly KnownAccount[],
): AccountMatch[] {
  const seen = known.filter(({ isStandIn }) => !isStandIn);
  const matches = byName(configured, seen);
  const used = new Set([...matches.values()].map(({ key }) => key));
  const open = configured.filter((account) => !matches.has(account));
  const taken = new Set(known.map(({ key }) => key));
  return configured.map((account) => {
    const named = matches.get(account);
    if (named !== undefined) return { ...account, key: named.key, before: named.name };
    const { domainId } = account;
    const rivals = domainId === null ? [] : open.filter((other) => other.domainId === domainId);
    const former = seen.filter((one) => one.domainId === domainId && !used.has(one.key));
    const [only] = former;
    if (only !== undefined && rivals.length === 1 && former.length === 1)
      return { ...account, key: only.key, before: only.name };
    const standIn = known.find(({ isStandIn, name }) => isStandIn && name === account.name);
    if (standIn !== undefined) return { ...account, key: standIn.key, before: standIn.name };
    const key = freeKey(account, taken);
    taken.add(key);
    return { ...account, key, before: null };
  });
}
