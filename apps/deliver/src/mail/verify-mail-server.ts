import type { AccessTokens } from "./access-tokens.ts";
import { openMailSession } from "./mail-session.ts";
import type { MailSettings } from "./mail-settings.ts";
import type { Mechanism } from "./sign-in.ts";

/** How the mail server took us. */
export interface Handshake {
  /** Null where the settings name no user. */
  mechanism: Mechanism | null;
  /** The name that we gave in EHLO. */
  clientName: string;
}

/** Shakes hands with the mail server, as far as signing in, and sends nothing. @throws MailServerError */
export async function verifyMailServer(
  settings: MailSettings,
  tokens?: AccessTokens | null,
): Promise<Handshake> {
  const session = await openMailSession(settings, tokens);
  session.close();
  const { mechanism, clientName } = session;
  return { mechanism, clientName };
}
