import { Secret } from "@nightledger/core/secret";
import { connectable, type PostgresTrust } from "@nightledger/store/postgres-url";
import { type LookUp, replaced } from "./config-references.ts";
import type { AnalystsSettings } from "./settings/analysts.ts";

/** The logins that only read: URLs that may hold a password, so that nothing prints them. */
export interface AnalystsLogins {
  /** Reads every public view. */
  login: Secret;
  /** Reads them for an audience; null where there is none. */
  audiences: Secret | null;
}

/** @throws UsageError where the password is not there */
function loginOf(
  given: { url: string; password?: string | undefined },
  trust: PostgresTrust,
  look: LookUp,
): Secret {
  const url = new URL(connectable(given.url, trust));
  if (given.password === undefined) return new Secret(url.href);
  url.password = encodeURIComponent(replaced(given.password, look));
  return new Secret(url.href);
}

/** The logins of a configuration, their passwords looked up; null where it has none. @throws UsageError */
export function analystsLogins(
  analysts: AnalystsSettings | undefined,
  trust: PostgresTrust,
  look: LookUp,
): AnalystsLogins | null {
  if (analysts === undefined) return null;
  const { audiences } = analysts;
  return {
    login: loginOf(analysts, trust, look),
    audiences: audiences === undefined ? null : loginOf(audiences, trust, look),
  };
}
