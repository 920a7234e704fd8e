import { AccessTokens } from "@nightledger/deliver";
import type { Config } from "../config.ts";

type Mail = NonNullable<Config["mail"]>;

const KNOWN = new WeakMap<Mail, AccessTokens>();

/**
 * The access tokens of a configuration's mail server: one holder for each configuration that was read, so that a run
 * requests its token once. Null where it signs in otherwise.
 */
export function accessTokensOf(mail: Mail): AccessTokens | null {
  if (mail.oauth2 === null) return null;
  const tokens = KNOWN.get(mail) ?? new AccessTokens(mail.oauth2, mail);
  KNOWN.set(mail, tokens);
  return tokens;
}
