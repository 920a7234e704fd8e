import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { addressOf, type MailSettings } from "./mail-settings.ts";

/** One part of a host name (RFC 1123, 2.1). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a name has a dot and is no address: many servers take no other name in EHLO (RFC 5321, 4.1.1.1). */
const isQualified = (name: string): boolean => {
  const labels = name.split(".");
  return isIP(name) === 0 && labels.length > 1 && labels.every((label) => LABEL.test(label));
};

/** `localhost.localdomain` is the name of any host. */
const isOwn = (name: string): boolean => LABEL.test(name) && name.toLowerCase() !== "localhost";

/**
 * The name that we give in EHLO: `mail.clientName`; else the host's name where it has a dot; else the host's name under
 * the domain of `mail.from`. It has a dot, and is never an address in brackets, which many servers refuse.
 */
export function clientNameOf(
  { clientName, from }: Pick<MailSettings, "clientName" | "from">,
  hostName: string,
): string {
  if (clientName !== undefined) return clientName;
  const [first = ""] = hostName.split(".");
  const hasName = isOwn(first) && isIP(hostName) === 0;
  if (hasName && isQualified(hostName)) return hostName.toLowerCase();
  const domain = domainToASCII(addressOf(from).split("@").at(-1) ?? "");
  return `${hasName ? first.toLowerCase() : "nightledger"}.${domain === "" ? "localdomain" : domain}`;
}
