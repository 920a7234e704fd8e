import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { MechanismError } from "../errors.ts";
import type { MailSettings } from "./mail-settings.ts";

/** How we sign in (RFC 4954): with a password, or with an access token. */
export type Mechanism = "PLAIN" | "LOGIN" | "CRAM-MD5" | "XOAUTH2";

/**
 * What our exchange of XOAUTH2 is called among us and nodemailer. By that name nodemailer takes it for its own, and where a
 * server offers passwords, too, signs in with one that is not there.
 */
export const TOKEN_EXCHANGE = "NIGHTLEDGER-XOAUTH2";

/** The mechanisms that a server offers in its answer to EHLO, in capital letters. */
export function offeredMechanisms(ehlo: string): string[] {
  const lines = ehlo.split(/\r?\n/).map((line) => line.replace(/^\d+[ -]/, "").trim());
  // "AUTH=" is how servers for early clients write it
  const listed = lines.flatMap((line) => /^AUTH[ =](.*)$/i.exec(line)?.[1]?.split(/[\s=]+/) ?? []);
  return [...new Set(listed.filter((name) => name !== "").map((name) => name.toUpperCase()))];
}

/** Unencrypted, a password is better not sent at all. */
const wanted = ({ oauth2 }: Pick<MailSettings, "oauth2">, isSecure: boolean): Mechanism[] => {
  if (oauth2 !== null) return ["XOAUTH2"];
  return isSecure ? ["PLAIN", "LOGIN", "CRAM-MD5"] : ["CRAM-MD5", "PLAIN", "LOGIN"];
};

function chosen(settings: MailSettings, connection: SMTPConnection): Mechanism {
  const offered = offeredMechanisms(connection.lastServerResponse || "");
  const found = wanted(settings, connection.secure).find((mechanism) => offered.includes(mechanism));
  if (found === undefined) throw new MechanismError(offered, settings.oauth2 !== null);
  return found;
}

/**
 * Signs in by a mechanism that the server offers, and never by another. Gives it; null where the settings name no user.
 *
 * @throws MechanismError; nodemailer's error, with the server's answer
 */
export async function signIn(connection: SMTPConnection, settings: MailSettings): Promise<Mechanism | null> {
  const { user, password } = settings;
  if (user === undefined) return null;
  const method = chosen(settings, connection);
  const by =
    method === "XOAUTH2"
      ? { method: TOKEN_EXCHANGE }
      : { method, credentials: { user, pass: password?.reveal() ?? "" } };
  await new Promise<void>((resolve, reject) => {
    connection.login({ user, ...by }, (error) => (error == null ? resolve() : reject(error)));
  });
  return method;
}
