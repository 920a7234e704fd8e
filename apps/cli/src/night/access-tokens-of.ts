import { openDispatcher } from "@nightledger/core/open-dispatcher";
import { proxyFor } from "@nightledger/core/proxy-routes";
import { AccessTokens } from "@nightledger/deliver";
import type { Dispatcher } from "undici";
import type { Config } from "../config.ts";

type Mail = NonNullable<Config["mail"]>;

const KNOWN = new WeakMap<Mail, AccessTokens>();

/** Carries the token requests where a proxy leads to their endpoint, or the company's own authorities vouch for it. */
function dispatcherFor({ oauth2, ca, timeoutMs }: Mail, network: Config["network"]): Dispatcher | null {
  if (oauth2 === null) return null;
  const proxy = proxyFor(network, new URL(oauth2.tokenUrl));
  const isOurs = proxy !== null || (ca === undefined && network.ca !== null);
  return isOurs ? openDispatcher(network, { timeoutMs }) : null;
}

/**
 * The access tokens of a configuration's mail server: one holder for each configuration that was read, so that a run
 * requests its token once. Null where it signs in otherwise.
 */
export function accessTokensOf({ mail, network }: Pick<Config, "mail" | "network">): AccessTokens | null {
  if (mail === null || mail.oauth2 === null) return null;
  const tokens = KNOWN.get(mail) ?? new AccessTokens(mail.oauth2, mail, dispatcherFor(mail, network));
  KNOWN.set(mail, tokens);
  return tokens;
}
