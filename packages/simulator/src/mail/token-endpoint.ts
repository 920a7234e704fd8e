import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import { localCertificate } from "./certificate.ts";

export interface TokenEndpointOptions {
  /** Whom it knows. */
  clientId?: string;
  clientSecret?: string;
  /** The refresh token that it takes; left out, it takes client credentials. */
  refreshToken?: string;
  /** The scope that has to be asked for; left out, any. */
  scope?: string;
  /** Whether it speaks TLS. */
  tls?: boolean;
  /** How long a token holds, in seconds. */
  expiresIn?: number;
}

/** What a token endpoint does wrong. */
export interface TokenFaults {
  /** What every request is answered with. */
  answer?: { status: number; body: string };
  /** Begins an answer and never ends it. */
  stall?: boolean;
}

/** A real token endpoint of OAuth 2 (RFC 6749), for refresh tokens or client credentials. */
export interface TokenEndpoint {
  url: string;
  /** The authority of its certificate, PEM. */
  ca: string;
  /** The forms that were posted, in the order of arrival. */
  requests: Readonly<Record<string, string>>[];
  /** Whether a token was issued here and still holds. */
  accepts(token: string): boolean;
  /** Withdraws every token that was issued until now. */
  withdraw(): void;
  setFaults(faults: TokenFaults): void;
  close(): Promise<void>;
}

type Form = Readonly<Record<string, string>>;

interface Refusal {
  error: string;
  error_description: string;
}

const refused = (error: string, error_description: string): Refusal => ({ error, error_description });

/** What a request lacks; null where it gets its token. */
function refusalOf(form: Form, options: TokenEndpointOptions): Refusal | null {
  const { clientId = "client", clientSecret = "client-secret", refreshToken, scope } = options;
  if (form.client_id !== clientId || form.client_secret !== clientSecret)
    return refused("invalid_client", `The client ${form.client_id} is not known by ${form.client_secret}.`);
  const grant = refreshToken === undefined ? "client_credentials" : "refresh_token";
  if (form.grant_type !== grant) return refused("unsupported_grant_type", `It is ${grant} here.`);
  if (refreshToken !== undefined && form.refresh_token !== refreshToken)
    return refused("invalid_grant", "The refresh token has expired.");
  if (scope !== undefined && form.scope !== scope) return refused("invalid_scope", `It is ${scope} here.`);
  return null;
}

async function formOf(request: IncomingMessage): Promise<Form> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

/** Starts a token endpoint on 127.0.0.1. */
export async function startTokenEndpoint(options: TokenEndpointOptions = {}): Promise<TokenEndpoint> {
  const requests: Form[] = [];
  const holding = new Set<string>();
  let faults: TokenFaults = {};
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await formOf(request);
    requests.push(form);
    if (faults.answer !== undefined) return reply(response, faults.answer.status, faults.answer.body);
    if (faults.stall === true) return void response.writeHead(200).write('{"access_');
    const refusal = refusalOf(form, options);
    if (refusal !== null) return reply(response, 400, JSON.stringify(refusal));
    const token = `access-token-${requests.length}`;
    holding.add(token);
    const { expiresIn = 3600 } = options;
    reply(
      response,
      200,
      JSON.stringify({ token_type: "Bearer", access_token: token, expires_in: expiresIn }),
    );
  };
  const { key, cert } = await localCertificate("127.0.0.1");
  const handle = (request: IncomingMessage, response: ServerResponse) => void answer(request, response);
  const server = options.tls === true ? createHttps({ key, cert }, handle) : createHttp(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `${options.tls === true ? "https" : "http"}://127.0.0.1:${port}/token`,
    ca: cert,
    requests,
    accepts: (token) => holding.has(token),
    withdraw: () => holding.clear(),
    setFaults(given) {
      faults = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
