import type { Authorizer, Scope } from "./authorizer.ts";
import { call } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import { createTokenAnswer } from "./contract.ts";
import type { AgencyCredential, PasswordCredential } from "./credential.ts";
import { ContractError, CredentialError } from "./errors.ts";
import { requestTo } from "./http/endpoint.ts";
import { parseAnswer } from "./parse-answer.ts";
import { Secret } from "./secret.ts";

interface Token {
  value: Secret;
  /** When it is time for a new one. Milliseconds since 1970. */
  renewAt: number;
}

/** A token is renewed this long before it ends, or after nine tenths of its life where that is shorter. */
const MARGIN_MS = 30 * 60_000;

const keyOf = (scope: Scope): string => (scope === "domain" ? scope : scope.projectId);

function identityOf(credential: PasswordCredential | AgencyCredential): object {
  if (credential.kind === "agency") {
    const { domainName, agencyName } = credential;
    return {
      methods: ["assume_role"],
      assume_role: { domain_name: domainName, agency_name: agencyName },
    };
  }
  const { userName, password, domainName } = credential;
  const user = { name: userName, password: password.reveal(), domain: { name: domainName } };
  return { methods: ["password"], password: { user } };
}

/** `POST /v3/auth/tokens` (KeystoneCreateUserTokenByPassword, KeystoneCreateAgencyToken). */
async function createToken(
  cloud: Cloud,
  credential: PasswordCredential | AgencyCredential,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<Token> {
  const by = credential.kind === "agency" ? await createToken(cloud, credential.by, "domain", signal) : null;
  const within =
    scope === "domain" ? { domain: { name: credential.domainName } } : { project: { id: scope.projectId } };
  const { body, headers } = await call(cloud, {
    operation: "KeystoneCreateUserToken",
    method: "POST",
    ...requestTo(cloud.endpoints.iam, "/v3/auth/tokens?nocatalog=true"),
    headers: {
      "content-type": "application/json;charset=utf8",
      ...(by !== null && { "X-Auth-Token": by.value.reveal() }),
    },
    body: JSON.stringify({ auth: { identity: identityOf(credential), scope: within } }),
    scope: null,
    ...(signal && { signal }),
  });
  const { data } = parseAnswer("KeystoneCreateUserToken", createTokenAnswer, body);
  const value = headers["x-subject-token"];
  const ends = Date.parse(data.token.expires_at);
  if (typeof value !== "string" || Number.isNaN(ends)) {
    throw new ContractError(
      "KeystoneCreateUserToken",
      ["$.token: no X-Subject-Token, or no time in expires_at"],
      body,
    );
  }
  const life = ends - Date.now();
  return { value: new Secret(value), renewAt: ends - Math.min(MARGIN_MS, life / 10) };
}

/** The token of one scope: the one in use, and the one that is on its way. */
interface Kept {
  current: Token | null;
  coming: Promise<void> | null;
}

/**
 * Keeps one token for each project, and one for the account. HSS is a service of projects, so a token of the
 * account is not enough for it. A refused token is renewed once a call; a refused password rests.
 */
export function tokenAuthorizer(credential: PasswordCredential | AgencyCredential): Authorizer {
  const tokens = new Map<string, Kept>();
  let stopped: CredentialError | null = null;

  function keptFor(scope: Scope): Kept {
    const key = keyOf(scope);
    const kept = tokens.get(key) ?? { current: null, coming: null };
    tokens.set(key, kept);
    return kept;
  }

  async function renew(cloud: Cloud, scope: Scope, kept: Kept, signal: AbortSignal | undefined) {
    try {
      kept.current = await createToken(cloud, credential, scope, signal);
    } catch (error) {
      if (error instanceof CredentialError) stopped ??= error;
      throw error;
    } finally {
      kept.coming = null;
    }
  }

  return {
    async prepare(cloud, scope, signal) {
      if (stopped !== null) throw stopped.again();
      const kept = keptFor(scope);
      if (kept.current !== null && kept.current.renewAt > Date.now()) return;
      kept.coming ??= renew(cloud, scope, kept, signal);
      await kept.coming;
    },
    headers(request, scope) {
      if (stopped !== null) throw stopped.again();
      const { current } = keptFor(scope);
      if (current === null) throw new RangeError("A call was made that had not been prepared.");
      return { ...request.headers, "X-Auth-Token": current.value.reveal() };
    },
    refused(scope) {
      const { current } = keptFor(scope);
      if (current !== null) current.renewAt = 0;
      return stopped === null;
    },
  };
}
