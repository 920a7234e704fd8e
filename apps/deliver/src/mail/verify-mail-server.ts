import { openMailSession } from "./mail-session.ts";
import type { MailSettings } from "./mail-settings.ts";

/** Shakes hands with the mail server, as far as signing in, and sends nothing. @throws MailServerError */
export async function verifyMailServer(settings: MailSettings): Promise<void> {
  const session = await openMailSession(settings);
  session.close();
}
