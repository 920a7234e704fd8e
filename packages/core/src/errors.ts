import type { FailureKind } from "./failure-kind.ts";
import type { ConnectionError } from "./http/connection-error.ts";
import { printable } from "./text.ts";
import { readThrottleNotice, type ThrottleNotice } from "./throttle-notice.ts";

/** HSS, "API Throttling": calls are counted by the minute. */
const DOCUMENTED_WINDOW_MS = 60_000;

/** What an error of the cloud says: the HTTP status, and the code and text of whichever body family it used. */
export interface CloudAnswer {
  status: number;
  code: string | null;
  message: string | null;
  requestId: string | null;
}

function quote(answer: CloudAnswer): string {
  const said = [answer.code, answer.message].filter((part) => part !== null).join(": ");
  const id = answer.requestId === null ? "" : ` (request ${answer.requestId})`;
  return `HTTP ${answer.status}${said === "" ? "" : `, ${said}`}${id}`;
}

/** Any reason why the cloud did not give what was asked. Retryable or not is decided here, once. */
export abstract class CloudError extends Error {
  abstract readonly failureKind: FailureKind;
  readonly retryable: boolean = false;
  /** How many calls it took to fail. */
  attempts = 0;
  /** How long they waited for their turns. Milliseconds. */
  waitedMs = 0;
}

/** The configuration pins a project that the cloud does not show as in use. */
export class NotDiscoveredError extends CloudError {
  readonly failureKind = "not_discovered";

  constructor(projectId: string, why: string) {
    super(
      `The configuration pins project ${projectId}, but ${why}. Grant access to it, or take it off pinnedProjects.`,
    );
    this.name = "NotDiscoveredError";
  }
}

/** An enabled project of a region that the configuration does not know: where HSS answers for it is not known. */
export class RegionError extends CloudError {
  readonly failureKind = "region";

  constructor(projectId: string, region: string) {
    const shown = printable(region, 64);
    super(
      `Project ${printable(projectId, 64)} is enabled, and its region "${shown}" is not known. ` +
        `Add the region under regions, with the URL of its HSS, or leave the project out by name (projects: leaveOut).`,
    );
    this.name = "RegionError";
  }
}

/** A project on record whose entry in IAM's list cannot be read any more. */
export class UnreadableProjectError extends CloudError {
  readonly failureKind = "contract";

  constructor(projectId: string, detail: string) {
    super(
      `IAM lists project ${printable(projectId, 64)} with an entry that is not what its documentation says (${printable(detail, 200)}). ` +
        "Report it, or leave the project out by name (projects: leaveOut).",
    );
    this.name = "UnreadableProjectError";
  }
}

/** The credential gets tokens, but none for this project. */
export class ProjectTokenError extends CloudError {
  readonly failureKind = "permission";

  readonly #of: readonly [account: string, projectId: string, answer: CloudAnswer];

  constructor(account: string, projectId: string, answer: CloudAnswer) {
    super(
      `Account "${account}" gets no token for project ${printable(projectId, 64)}: ${quote(answer)}. ` +
        'It gets others, so its credential is right. Grant its user "HSS ReadOnlyAccess" on the project.',
    );
    this.name = "ProjectTokenError";
    this.#of = [account, projectId, answer];
  }

  /** The same for another call, which is not made. */
  again(): ProjectTokenError {
    return new ProjectTokenError(...this.#of);
  }
}

/** Workers broke off on a target, one after the other: it is given up, so that it takes no more of them. */
export class CrashedError extends CloudError {
  readonly failureKind = "crashed";

  /** @param said what the last of them said, if it could say anything */
  constructor(tries: number, said: string | null) {
    const why = said === null ? "" : ` The last one said: ${said}`;
    super(`${tries} workers began to fetch it, and none came to an end.${why} See their logs.`);
    this.name = "CrashedError";
    this.attempts = tries;
  }
}

const instant = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** This machine's clock is not the cloud's, so nothing can be recorded under its date. */
export class ClockError extends CloudError {
  readonly failureKind = "clock";

  constructor(origin: string, { here, there }: { here: number; there: number }) {
    super(
      `This machine's clock gave ${instant(here)}, and ${origin} gives ${instant(there)}: they are more than 5 minutes apart, so the night would count for a wrong day. ` +
        "Nothing was recorded. Set the clock, let NTP keep it in time, and run the same command again.",
    );
    this.name = "ClockError";
  }
}

/** No answer: refused, reset, no such host, TLS. */
export class NetworkError extends CloudError {
  readonly failureKind = "network";
  override readonly retryable = true;

  constructor(origin: string, cause: unknown) {
    const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
    const said = [code, message].filter((part) => typeof part === "string" && part !== "").join(": ");
    super(
      `No answer from ${origin} (${said || "connection failed"}). Check the endpoint, DNS, proxy and firewall.`,
      { cause },
    );
    this.name = "NetworkError";
  }
}

/** No answer, and it is known at which hop: the proxy, its TLS, or the TLS of the endpoint. */
export class HopError extends CloudError {
  readonly failureKind = "network";
  override readonly retryable: boolean;

  constructor(origin: string, cause: ConnectionError) {
    super(`No answer from ${origin}. ${cause.message}`, { cause });
    this.name = "HopError";
    this.retryable = cause.retryable;
  }
}

/** A header that HTTP cannot carry, so that the call was not sent. */
export class UnsendableHeaderError extends CloudError {
  readonly failureKind: "credential" | "contract";

  /** @param cure the sentence that says what to do */
  constructor(header: string, { kind, cure }: { kind: "credential" | "contract"; cure: string }) {
    super(
      `The header ${header} cannot be sent: it holds a line break or a character outside of Latin-1. ${cure}`,
    );
    this.name = "UnsendableHeaderError";
    this.failureKind = kind;
  }
}

/** The answer did not come in time. */
export class TimeoutError extends CloudError {
  readonly failureKind = "timeout";
  override readonly retryable = true;

  constructor(origin: string, timeoutMs: number, cause?: unknown) {
    super(`${origin} did not answer within ${timeoutMs} ms. Raise request.timeoutMs, or check the network.`, {
      cause,
    });
    this.name = "TimeoutError";
  }
}

/** The answer had not come when the night had to go on without it. */
export class DeadlineError extends CloudError {
  readonly failureKind = "timeout";

  constructor(origin: string) {
    super(
      `${origin} did not answer before the time for it was over: the night goes on without it. See whether it answers (nightledger doctor), or move the deadline.`,
    );
    this.name = "DeadlineError";
  }
}

/** 429: more calls than the quota allows. */
export class ThrottledError extends CloudError {
  readonly failureKind = "throttled";
  override readonly retryable = true;
  /** Whose quota it is, and how much; as far as the answer tells. */
  readonly notice: ThrottleNotice;
  /** How long to wait before the next call: Retry-After, else the window it names, else the documented one. Milliseconds. */
  readonly waitMs: number;

  constructor(answer: CloudAnswer, retryAfterMs: number | null) {
    super(
      `The cloud throttles this call: ${quote(answer)}. Something else uses the same quota, or it is smaller than request.quota says.`,
    );
    this.name = "ThrottledError";
    this.notice = readThrottleNotice(answer.message);
    this.waitMs = retryAfterMs ?? this.notice.quota?.windowMs ?? DOCUMENTED_WINDOW_MS;
  }
}

/** 401: the key, token or signature is refused. Trying again would lock the key. */
export class CredentialError extends CloudError {
  readonly failureKind = "credential";
  /** The gateway's error code, such as `APIGW.0301`. */
  readonly code: string | null;

  readonly #account: string;
  readonly #answer: CloudAnswer;

  constructor(account: string, answer: CloudAnswer) {
    super(
      `The credential of account "${account}" is refused: ${quote(answer)}. ` +
        "Check accounts[].credential and this machine's clock.",
    );
    this.name = "CredentialError";
    this.code = answer.code;
    this.#account = account;
    this.#answer = answer;
  }

  /** The same for another call, which is not made. */
  again(): CredentialError {
    return new CredentialError(this.#account, this.#answer);
  }

  /** The same where the credential is proved to be right: it is this project that it gets no token for. */
  ofProject(projectId: string): ProjectTokenError {
    return new ProjectTokenError(this.#account, projectId, this.#answer);
  }
}

/** HSS.0010, HSS.0013 (both HTTP 400) or 403: known, but not allowed. */
export class PermissionError extends CloudError {
  readonly failureKind = "permission";

  constructor(account: string, answer: CloudAnswer) {
    super(
      `Account "${account}" may not read this: ${quote(answer)}. ` +
        'Grant its user "HSS ReadOnlyAccess" on the project.',
    );
    this.name = "PermissionError";
  }
}

/** APIGW.0801: HSS is not there in this region. */
export class NotAvailableError extends CloudError {
  readonly failureKind = "not_available";

  constructor(origin: string, answer: CloudAnswer) {
    super(
      `HSS is not available in the region of ${origin}: ${quote(answer)}. Leave the region's projects out, or correct the region's endpoint.`,
    );
    this.name = "NotAvailableError";
  }
}

/** APIGW.0401, APIGW.0402: the gateway takes no calls from this address. */
export class AddressRefusedError extends CloudError {
  readonly failureKind = "address_refused";

  constructor(account: string, answer: CloudAnswer) {
    super(
      `The cloud takes no calls of account "${account}" from this host's address: ${quote(answer)}. ` +
        "Have the address that calls leave from (egress, or the proxy's) allowed in the access control of IAM, or call from another.",
    );
    this.name = "AddressRefusedError";
  }
}

/** APIGW.0310: the project is frozen or closed. */
export class FrozenProjectError extends CloudError {
  readonly failureKind = "frozen";

  constructor(answer: CloudAnswer) {
    super(`The project is unavailable (frozen, closed or in arrears): ${quote(answer)}.`);
    this.name = "FrozenProjectError";
  }
}

/** 404: no such API there. */
export class NotFoundError extends CloudError {
  readonly failureKind = "not_found";

  constructor(origin: string, answer: CloudAnswer) {
    super(`${origin} does not offer this API: ${quote(answer)}. Check the endpoint and the region.`);
    this.name = "NotFoundError";
  }
}

/** Any other 3xx or 4xx. */
export class RejectedError extends CloudError {
  readonly failureKind = "rejected";

  constructor(answer: CloudAnswer) {
    super(`The cloud rejects the request: ${quote(answer)}.`);
    this.name = "RejectedError";
  }
}

/** 408 and 5xx: the cloud's own trouble. */
export class CloudFaultError extends CloudError {
  readonly failureKind = "cloud";
  override readonly retryable = true;

  constructor(answer: CloudAnswer) {
    super(`The cloud failed: ${quote(answer)}. It was tried again and did not recover.`);
    this.name = "CloudFaultError";
  }
}

/** The body is larger than what may be read. */
export class TooLargeError extends CloudError {
  readonly failureKind = "too_large";

  constructor(origin: string, maxBytes: number) {
    super(
      `The answer of ${origin} is larger than ${maxBytes} bytes. Raise request.maxBodyBytes if that is right.`,
    );
    this.name = "TooLargeError";
  }
}

/** The cloud answered, but not what we know. Not a network error: trying again changes nothing. */
export class ContractError extends CloudError {
  readonly failureKind = "contract";
  /** The answer as it came, kept as evidence. */
  readonly body: Buffer;
  /** Where it departs from the documentation: JSON paths with what is wrong there. */
  readonly problems: readonly string[];

  constructor(operation: string, problems: readonly string[], body: Buffer) {
    super(`The answer of ${operation} is not what its documentation says: ${problems.join("; ")}.`);
    this.name = "ContractError";
    this.problems = problems;
    this.body = body;
  }
}
