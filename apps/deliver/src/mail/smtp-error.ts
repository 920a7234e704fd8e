import { maskLine } from "@nightledger/core/mask-text";
import { MailServerError, MechanismError, TokenError } from "../errors.ts";
import { oneLine } from "../one-line.ts";
import type { Outcome } from "../outcome.ts";
import { CLIENT_NAME, loginCure, refusalCure } from "./refusal-cure.ts";

/** What nodemailer's errors tell. */
export interface SmtpError extends Error {
  code?: string;
  /** The step it failed at, such as `RCPT TO`. */
  command?: string;
  /** The server's answer, if it gave one. */
  response?: string;
  responseCode?: number;
  /** The system's own code, where there is one. */
  originalCode?: string;
}

const MOST_OF_ANSWER = 500;

const said = ({ response, message }: SmtpError): string =>
  maskLine(oneLine(response ?? message)).slice(0, MOST_OF_ANSWER);

const TOO_LARGE = 552;

/**
 * What became of a mail whose sending failed; `whole` is whether its last byte was given away.
 *
 * A negative answer is the server's word that it did not take the mail. Without one, a mail of which the server has all
 * may have been taken (RFC 5321, 6.1); of one that lacks its end nothing was (4.1.1.4).
 */
export function outcomeOf(error: SmtpError, whole: boolean, isSignedIn: boolean): Outcome {
  const { responseCode = 0, code, command } = error;
  const cure = refusalCure(error, isSignedIn);
  const answer = cure === null ? said(error) : `${said(error).replace(/\.$/, "")}. ${cure}`;
  if (responseCode === TOO_LARGE || (code === "EMESSAGE" && command === "MAIL FROM")) {
    return { state: "tooLarge", answer };
  }
  if (responseCode === 421) return { state: "deferred", answer, everyone: "forNow" };
  if (responseCode >= 500) {
    // a sender that is refused is refused for everyone, and by its own fault
    if (command === "MAIL FROM") return { state: "deferred", answer, everyone: "forThisRun" };
    return { state: "refused", answer };
  }
  if (responseCode >= 400) {
    return { state: "deferred", answer, ...(command === "MAIL FROM" && { everyone: "forNow" as const }) };
  }
  if (whole) {
    return {
      state: "unknown",
      answer: `${answer}, after the whole mail was sent: it may have arrived, or not`,
    };
  }
  if (code === "EENVELOPE") return { state: "refused", answer };
  return { state: "deferred", answer, everyone: "forNow" };
}

/** An error of connecting, encrypting or signing in (with a token or not), with its cure. */
export function serverErrorOf(server: string, error: Error, hasToken: boolean): MailServerError {
  const told = (why: string, cure: string, isFinal: boolean) =>
    new MailServerError(server, why.replace(/\.$/, ""), cure, { isFinal, cause: error });
  if (error instanceof MechanismError) return told(error.message, error.cure, true);
  if (error instanceof TokenError) {
    return told(`the token endpoint ${error.message}`, error.cure, error.isFinal);
  }
  const { why, cure, isFinal } = connectionFailure(error, hasToken);
  return told(why, cure, isFinal);
}

function connectionFailure(error: SmtpError, hasToken: boolean) {
  const { code, command = "", responseCode = 0, originalCode } = error;
  const why = command === "STARTTLS" ? `STARTTLS is refused (${said(error)})` : said(error);
  if (code === "EAUTH") {
    return { why, cure: loginCure(error, hasToken), isFinal: responseCode >= 500 || responseCode === 0 };
  }
  // what the server has for us is not the network's fault
  if (/^(?:EHLO|HELO)$/.test(command) && responseCode >= 500)
    return { why, cure: CLIENT_NAME, isFinal: true };
  if (code === "ETLS" || command === "STARTTLS" || isCertificate(error)) {
    const cure = isCertificate(error)
      ? "Name the authority of its certificate in mail.ca, and the host as the certificate has it in mail.host."
      : "mail.tls has to be what the server speaks: starttls, mostly on port 587, or implicit, mostly on 465.";
    return { why, cure, isFinal: true };
  }
  return { why, cure: networkCure(code, originalCode), isFinal: false };
}

function networkCure(code: string | undefined, originalCode: string | undefined): string {
  if (originalCode === "ENOTFOUND" || code === "EDNS") return "Check mail.host and the DNS.";
  if (code === "ETIMEDOUT") return "Check mail.host, mail.port and firewalls; or raise mail.timeoutMs.";
  return "Check mail.host, mail.port, and whether the server is up.";
}

const isCertificate = ({ message, originalCode = "" }: SmtpError): boolean =>
  /certificate|self-signed|altnames/i.test(message) || /^(ERR_TLS|CERT_|DEPTH_|UNABLE_TO)/.test(originalCode);
