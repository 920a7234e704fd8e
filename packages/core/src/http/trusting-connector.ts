import { createSecureContext, getCACertificates, type SecureContext, type TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import { maskLine } from "../mask-text.ts";
import { tlsFailure } from "./connection-error.ts";

type Connector = buildConnector.connector;

/** The public authorities and those of a PEM text. It takes milliseconds to build, so build it once. */
export const trusting = (ca: string | null): SecureContext | null =>
  ca === null ? null : createSecureContext({ ca: [...getCACertificates("default"), ca] });

/** Who signed the certificate that a server shows, as its name; null where it shows none. */
function issuerOf(socket: TLSSocket): string | null {
  const { issuer } = socket.getPeerCertificate();
  const name = issuer?.CN ?? issuer?.O;
  return name === undefined ? null : maskLine(String(name)).slice(0, 100);
}

/** Connects over TCP or TLS; a TLS failure says whose certificate it was, and who signed it. */
export function trustingConnector(
  trusted: SecureContext | null,
  { timeoutMs, allowH2 }: { timeoutMs: number; allowH2: boolean },
): Connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2,
    ...(trusted !== null && { secureContext: trusted }),
  }) as (...given: Parameters<Connector>) => TLSSocket;
  return (options, callback) => {
    if (options.protocol !== "https:") return connect(options, callback);
    let issuer: string | null = null;
    const socket = connect(options, (...ended) => {
      const [error] = ended;
      if (error === null) callback(...ended);
      else callback(tlsFailure(options.host ?? options.hostname, issuer, error) ?? error, null);
    });
    // before Node.js verifies it and, on failure, forgets it
    socket.prependListener("secure", () => {
      issuer = issuerOf(socket);
    });
    return socket;
  };
}
