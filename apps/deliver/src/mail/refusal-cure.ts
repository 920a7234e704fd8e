/** A negative answer of a mail server. */
interface Refusal {
  /** The step it was given at, such as `RCPT TO`. */
  command?: string;
  response?: string;
  responseCode?: number;
}

/** The setting that a refusal of a sender or a recipient is about, as a sentence; null where none is. */
export function refusalCure(
  { command, responseCode = 0, response = "" }: Refusal,
  isSignedIn: boolean,
): string | null {
  // servers that check the name mostly say so at the recipient only
  if (/\b(?:helo|ehlo)\b/i.test(response)) return CLIENT_NAME;
  if (responseCode < 500) return null;
  if (
    responseCode === 530 ||
    /\b5\.7\.57\b|authenticat|not logged in|log ?in (?:first|required)/i.test(response)
  ) {
    return isSignedIn
      ? "Check what mail.user may send at the server."
      : "Give mail.user, with mail.password or mail.oauth2: the server takes mails only from who is signed in.";
  }
  if (command === "MAIL FROM") {
    return isSignedIn
      ? "Set mail.from to an address that mail.user may send from."
      : "Set mail.from to an address that the server takes from this host.";
  }
  if (command !== "RCPT TO") return null;
  if (/relay/i.test(response)) {
    return isSignedIn
      ? "Have mail.user allowed to send to other domains, or correct the recipient's address in publish or operators."
      : "Give mail.user, with mail.password or mail.oauth2, or have the server relay for this host's address.";
  }
  return "Correct the recipient's address in publish or operators.";
}

export const CLIENT_NAME =
  "Set mail.clientName to a name that the server takes: mostly this host's full name in the DNS.";

/** What refused a login, by the server's words: it decides whether a password can ever work. */
export function loginCure({ response = "" }: Refusal, hasToken: boolean): string {
  if (hasToken) {
    return "Check mail.oauth2 (its scope, and the client's consent), and that mail.user may send by SMTP.";
  }
  if (/\b5\.7\.139\b|\b5\.7\.9\b|basic auth|application-specific|app password/i.test(response)) {
    return "The server takes no passwords of accounts any more: give mail.oauth2 in place of mail.password.";
  }
  return "Check mail.user and mail.password, and whether the server lets them in.";
}
