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
