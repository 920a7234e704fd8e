import { UnsendableHeaderError } from "../errors.ts";

/** A header's value as HTTP carries it: one line, and Latin-1 at most (RFC 9110, 5.5). */
export const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

const CREDENTIAL = /^(authorization|x-auth-token|x-security-token)$/i;

/** What to do about each header that carries a credential. */
const cureOf = (header: string, account: string): string =>
  /^x-auth-token$/i.test(header)
    ? `It is the token that IAM gave account "${account}": see what answers at endpoints.iam.`
    : `Check ${/^authorization$/i.test(header) ? "credential.ak" : "credential.securityToken"} of account "${account}": read the secret again, as one line.`;

/** Checks headers before they are sent. @throws UnsendableHeaderError, which names the header and never its value */
export function requireSendable(headers: Readonly<Record<string, string>>, account: string): void {
  for (const [name, value] of Object.entries(headers)) {
    if (SENDABLE.test(value)) continue;
    if (CREDENTIAL.test(name)) {
      throw new UnsendableHeaderError(name, { kind: "credential", cure: cureOf(name, account) });
    }
    const cure = "The cloud gave this value as an id: see what answers at the account's endpoints.";
    throw new UnsendableHeaderError(name, { kind: "contract", cure });
  }
}
