/** The mail server cannot be used: nothing was sent. */
export class MailServerError extends Error {
  override name = "MailServerError";
  /** Whether trying again by itself could do harm, as with a wrong password, or cannot help, as with a wrong certificate. */
  readonly isFinal: boolean;

  constructor(
    server: string,
    why: string,
    cure: string,
    { isFinal, cause }: { isFinal: boolean; cause: unknown },
  ) {
    super(`The mail server ${server} cannot be used: ${why}. ${cure}`, { cause });
    this.isFinal = isFinal;
  }
}

/** There is no access token to sign in with (OAuth 2). */
export class TokenError extends Error {
  override name = "TokenError";
  readonly cure: string;
  /** Whether the same request cannot do better later. */
  readonly isFinal: boolean;

  constructor(why: string, cure: string, { isFinal, cause }: { isFinal: boolean; cause?: unknown }) {
    super(why, { cause });
    this.cure = cure;
    this.isFinal = isFinal;
  }
}

/** The mail server offers no way to sign in that the settings can use. */
export class MechanismError extends Error {
  override name = "MechanismError";
  readonly cure: string;

  /** `offered` is in the server's words; `hasToken` is whether the settings have `mail.oauth2`. */
  constructor(offered: readonly string[], hasToken: boolean) {
    const ours = hasToken
      ? "XOAUTH2, which mail.oauth2 needs"
      : "PLAIN, LOGIN or CRAM-MD5, which mail.password needs";
    const theirs = offered.length === 0 ? "no way to sign in (AUTH)" : `${offered.join(", ")} to sign in`;
    super(`it offers ${theirs}, and none of ${ours}`);
    this.cure = cureOfMechanisms(offered, hasToken);
  }
}

function cureOfMechanisms(offered: readonly string[], hasToken: boolean): string {
  if (offered.length === 0) {
    return "Leave out mail.user if the server knows this host by its address; else use its port for submission in mail.port, mostly 587, with mail.tls.";
  }
  if (!hasToken && offered.includes("XOAUTH2")) return "Give mail.oauth2 in place of mail.password.";
  if (hasToken && ["PLAIN", "LOGIN", "CRAM-MD5"].some((name) => offered.includes(name)))
    return "Give mail.password in place of mail.oauth2.";
  return "Have one of them switched on there, or name another server in mail.host.";
}

/** A delivery that another process, or an operator, has in hand. Nothing of it was sent here. */
export class NotOursError extends Error {
  override name = "NotOursError";

  constructor() {
    super("Another process has this delivery in hand.");
  }
}

/** What an operator asks of a delivery that cannot be. */
export class ResolveError extends Error {
  override name = "ResolveError";
}
