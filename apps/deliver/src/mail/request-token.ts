import { maskLine } from "@nightledger/core/mask-text";
import { Secret } from "@nightledger/core/secret";
import { type Dispatcher, request } from "undici";
import { z } from "zod";
import { TokenError } from "../errors.ts";
import type { OAuth2Settings } from "./mail-settings.ts";
import { withoutSecrets } from "./without-secrets.ts";

export interface GrantedToken {
  accessToken: string;
  /** Null where the endpoint does not say. */
  expiresInMs: number | null;
}

/** RFC 6749, 5.1. A token is visible ASCII: it goes into a line of SMTP. */
const GRANTED = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});
/** RFC 6749, 5.2. */
const REFUSED = z.object({ error: z.string(), error_description: z.string().optional().catch(undefined) });
/** What an answer holds that nobody may see, also where it is an error. */
const TOKENS = z
  .object({ access_token: z.string(), refresh_token: z.string(), id_token: z.string() })
  .partial()
  .transform((tokens) => Object.values(tokens).map((token) => new Secret(token ?? "")))
  .catch([]);

/** No answer of a token endpoint is as long. */
const MOST_BYTES = 65_536;
const MOST_SHOWN = 300;

function formOf({ clientId, clientSecret, refreshToken, scope }: OAuth2Settings): string {
  return new URLSearchParams({
    client_id: clientId,
    ...(clientSecret !== null && { client_secret: clientSecret.reveal() }),
    ...(refreshToken === null
      ? { grant_type: "client_credentials" }
      : { grant_type: "refresh_token", refresh_token: refreshToken.reveal() }),
    ...(scope !== undefined && { scope }),
  }).toString();
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`its answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const CURES: Readonly<Record<string, string>> = {
  invalid_grant:
    "Get a new refresh token for mail.oauth2.refreshToken: this one has expired or was withdrawn.",
  invalid_client: "Check mail.oauth2.clientId and mail.oauth2.clientSecret: has the secret expired?",
  unauthorized_client: "Check that the client mail.oauth2.clientId may use this grant.",
  invalid_scope: "Check mail.oauth2.scope.",
};

const OTHERWISE = "Check mail.oauth2.tokenUrl and the rest of mail.oauth2.";

/** An answer without a token, as the reason that nothing was sent. */
function refusalOf(status: number, body: unknown, secrets: OAuth2Settings): TokenError {
  const refused = REFUSED.safeParse(body).data;
  const words = [refused?.error, refused?.error_description].filter((word) => word !== undefined).join(": ");
  const hidden = withoutSecrets(words, [secrets.clientSecret, secrets.refreshToken, ...TOKENS.parse(body)]);
  const why = words === "" ? "" : `: ${maskLine(hidden).slice(0, MOST_SHOWN)}`;
  const passes = status === 429 || status >= 500;
  if (status >= 200 && status < 300) {
    return new TokenError("gave an answer that holds no access token", OTHERWISE, { isFinal: true });
  }
  const cure = passes ? "It is tried again later." : (CURES[refused?.error ?? ""] ?? OTHERWISE);
  return new TokenError(`answered HTTP ${status}${why}`, cure, { isFinal: !passes });
}

function failureOf(error: unknown, timeoutMs: number): TokenError {
  const { name, code = "", message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError") {
    const cure = "Check mail.oauth2.tokenUrl, proxies and firewalls; or raise mail.timeoutMs.";
    return new TokenError(`gave no answer within ${timeoutMs} ms`, cure, {
      isFinal: false,
      cause: error,
    });
  }
  const isCertificate = /certificate|self-signed|altnames/i.test(message);
  const cure = isCertificate
    ? "Name the authority of its certificate in mail.ca."
    : "Check mail.oauth2.tokenUrl, DNS, proxies and firewalls.";
  const why = `cannot be used (${maskLine(message).slice(0, MOST_SHOWN)}${code === "" || message.includes(code) ? "" : `, ${code}`})`;
  return new TokenError(why, cure, { isFinal: isCertificate, cause: error });
}

/**
 * Requests an access token (RFC 6749): with the refresh token where there is one (section 6), else with the client's own
 * credentials (4.4). It takes `timeoutMs` at most, whatever the endpoint does; redirects are not followed.
 *
 * @throws TokenError
 */
export async function requestToken(
  oauth2: OAuth2Settings,
  dispatcher: Dispatcher,
  timeoutMs: number,
): Promise<GrantedToken> {
  let status: number;
  let text: string;
  try {
    const answer = await request(oauth2.tokenUrl, {
      method: "POST",
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
        "user-agent": "nightledger",
      },
      body: formOf(oauth2),
    });
    status = answer.statusCode;
    text = await textOf(answer.body);
  } catch (error) {
    throw failureOf(error, timeoutMs);
  }
  const body = parsed(text);
  const granted = status >= 200 && status < 300 ? GRANTED.safeParse(body).data : undefined;
  if (granted === undefined) throw refusalOf(status, body, oauth2);
  const { access_token, expires_in } = granted;
  return { accessToken: access_token, expiresInMs: expires_in === undefined ? null : expires_in * 1000 };
}
