import type { ForwardProxy } from "./proxy-routes.ts";

/** What kept a connection from being made, and at which hop. Nothing of the request was sent to the target. */
export class ConnectionError extends Error {
  /** An error code of Node.js, or `PROXY_` with the HTTP status that the proxy answered. */
  readonly code: string;
  /** Whether it may pass by itself. */
  readonly retryable: boolean;

  constructor(
    message: string,
    { code, retryable, cause }: { code: string; retryable: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.name = "ConnectionError";
    this.code = code;
    this.retryable = retryable;
  }
}

const named = ({ url, setting }: ForwardProxy): string => `The proxy ${url} (${setting})`;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? "ERROR";

/** The proxy cannot be reached, or its TLS fails. */
export function proxyUnreachable(proxy: ForwardProxy, cause: unknown): ConnectionError {
  const code = codeOf(cause);
  if (cause instanceof ConnectionError) {
    const { message, retryable } = cause;
    return new ConnectionError(`TLS to the proxy fails (${proxy.setting}). ${message}`, {
      code,
      retryable,
      cause,
    });
  }
  const why = (cause as Error | null)?.message ?? "";
  return new ConnectionError(
    `${named(proxy)} cannot be reached (${[code, why].filter((part) => part !== "").join(": ")}). Check its address and port, and that it runs.`,
    { code, retryable: true, cause },
  );
}

/** The proxy took the connection, and gave no answer to CONNECT in time. */
export const proxySilent = (proxy: ForwardProxy, target: string, timeoutMs: number): ConnectionError =>
  new ConnectionError(
    `${named(proxy)} did not answer within ${timeoutMs} ms when asked for a connection to ${target}. Check the proxy, or raise request.timeoutMs.`,
    { code: "PROXY_TIMEOUT", retryable: true },
  );

/** The proxy closed the connection in place of an answer to CONNECT. */
export const proxyBroken = (proxy: ForwardProxy, target: string, cause: unknown): ConnectionError =>
  new ConnectionError(
    `${named(proxy)} broke the connection off when asked for one to ${target} (${codeOf(cause)}). Check that it is an HTTP proxy, and its log.`,
    { code: "PROXY_BROKEN", retryable: true, cause },
  );

function unauthorized(proxy: ForwardProxy, challenge: string): string {
  const schemes = challenge.split(",").flatMap((part) => /^\s*([A-Za-z]+)\b/.exec(part)?.[1] ?? []);
  if (schemes.length > 0 && !schemes.some((scheme) => /^basic$/i.test(scheme))) {
    return `it asks for ${[...new Set(schemes)].join(" or ")}, and nightledger has Basic only. Let the proxy take Basic from this host, or no authentication`;
  }
  return proxy.user === null
    ? "it asks for a user and a password. Give them as network.proxy.user and network.proxy.password"
    : "it refuses the user or the password. Check them; more attempts may lock the user";
}

/** The proxy answered, and does not let the call through. `target` is `host:port`. */
export function proxyRefusal(
  proxy: ForwardProxy,
  target: string,
  { status, challenge }: { status: number; challenge: string },
): ConnectionError {
  const code = `PROXY_${status}`;
  const said = `${named(proxy)} answered HTTP ${status}`;
  if (status === 407) {
    return new ConnectionError(`${said}: ${unauthorized(proxy, challenge)}.`, { code, retryable: false });
  }
  if (status >= 500) {
    const message = `${said}: it cannot reach ${target}. Check the host name, and the proxy's own DNS and firewall.`;
    return new ConnectionError(message, { code, retryable: true });
  }
  return new ConnectionError(
    `${said}: it does not let us through to ${target}. Let the proxy's rules allow it, or name the host in network.noProxy.`,
    { code, retryable: false },
  );
}

/** What OpenSSL calls a certificate that no trusted authority has signed. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/;
const TLS_FAILURE = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|HOSTNAME_MISMATCH$)/;

/** A failed TLS handshake as an error that names the cure; null where the failure is no matter of TLS. */
export function tlsFailure(host: string, issuer: string | null, cause: unknown): ConnectionError | null {
  const code = codeOf(cause);
  const { message } = cause as Error;
  if (UNTRUSTED.test(code)) {
    const by = issuer === null ? "an authority" : `"${issuer}"`;
    return new ConnectionError(
      `The certificate of ${host} is signed by ${by}, which is not trusted (${code}). If a proxy of yours inspects TLS, or the authority is your own, name its certificate in network.ca.`,
      { code, retryable: false, cause },
    );
  }
  if (!TLS_FAILURE.test(code)) return null;
  return new ConnectionError(
    `TLS to ${host} fails (${code}: ${message}). Check the host name, and its certificate.`,
    {
      code,
      retryable: code === "EPROTO",
      cause,
    },
  );
}
