import type { Authorizer, Scope } from "./authorizer.ts";
import { call } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import { createTokenAnswer } from "./contract.ts";
import type { AgencyCredential, PasswordCredential } from "./credential.ts";
import { type CloudError, ContractError, CredentialError, type ProjectTokenError } from "./errors.ts";
import { requestTo } from "./http/endpoint.ts";
import { parseAnswer } from "./parse-answer.ts";
import { Secret } from "./secret.ts";

interface Token {
  value: Secret;
  /** When it is time for a new one. Milliseconds since 1970. */
  renewAt: number;
}

/** Who asks for tokens. */
interface Asker {
  cloud: Cloud;
  credential: PasswordCredential | AgencyCredential;
  /** The same account through the user who assumes its agency; null where there is none. */
  delegate: Cloud | null;
}

/** So long a project that gets no token is not asked for one again. Milliseconds. */
const REFUSAL_RESTS_MS = 10 * 60_000;

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

/**
 * `POST /v3/auth/tokens` (KeystoneCreateUserTokenByPassword, KeystoneCreateAgencyToken).
 *
 * @param delegate who assumes the agency, with a token of its own; null where the user asks for itself
 */
async function createToken(
  { cloud, credential, delegate }: Asker,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<Token> {
  const within =
    scope === "domain" ? { domain: { name: credential.domainName } } : { project: { id: scope.projectId } };
  const { body, headers } = await call(delegate ?? cloud, {
    operation: "KeystoneCreateUserToken",
    documented: Object.keys(createTokenAnswer.shape),
    method: "POST",
    ...requestTo(cloud.endpoints.iam, "/v3/auth/tokens?nocatalog=true"),
    headers: { "content-type": "application/json;charset=utf8" },
    body: JSON.stringify({ auth: { identity: identityOf(credential), scope: within } }),
    scope: delegate === null ? null : "domain",
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

/** The token of one scope: the one in use, the one that is on its way, and the refusal that stands. */
interface Kept {
  current: Token | null;
  coming: Promise<void> | null;
  refused: { error: ProjectTokenError; until: number } | null;
}

/**
 * Keeps one token for each project, and one for the account. HSS is a service of projects, so a token of the
 * account is not enough for it. A refused token is renewed once a call; a refused password rests. A refusal for one
 * project is that project's, if the credential is proved to be right: it got a token after the refusal before, or gets
 * the account's now. An agency's tokens are all got with one token of the user that assumes it.
 */
export function tokenAuthorizer(credential: PasswordCredential | AgencyCredential): Authorizer {
  const tokens = new Map<string, Kept>();
  const askers = new WeakMap<Cloud, Asker>();
  const delegation = credential.kind === "agency" ? tokenAuthorizer(credential.by) : null;
  let stopped: CredentialError | null = null;
  /** Whether it got a token since it was last refused one. */
  let proved = false;
  let proof: Promise<void> | null = null;

  function askerOf(cloud: Cloud): Asker {
    const asker = askers.get(cloud) ?? {
      cloud,
      credential,
      delegate: delegation && { ...cloud, authorizer: delegation },
    };
    askers.set(cloud, asker);
    return asker;
  }

  function keptFor(scope: Scope): Kept {
    const key = keyOf(scope);
    const kept = tokens.get(key) ?? { current: null, coming: null, refused: null };
    tokens.set(key, kept);
    return kept;
  }

  async function getToken(cloud: Cloud, scope: Scope, signal: AbortSignal | undefined): Promise<void> {
    const token = await createToken(askerOf(cloud), scope, signal);
    proved = true;
    Object.assign(keptFor(scope), { current: token, refused: null });
  }

  /** Asks for the account's own token, once for all that wait for it. @throws CloudError */
  async function prove(cloud: Cloud, signal: AbortSignal | undefined): Promise<void> {
    proof ??= getToken(cloud, "domain", signal)
      .catch((error: unknown) => {
        if (error instanceof CredentialError) stopped ??= error;
        throw error;
      })
      .finally(() => {
        proof = null;
      });
    await proof;
  }

  /** What a refusal means: the credential's end, or that of one project. */
  async function judged(
    error: CredentialError,
    { cloud, scope, signal }: { cloud: Cloud; scope: Scope; signal: AbortSignal | undefined },
  ): Promise<CloudError> {
    if (scope === "domain") {
      stopped ??= error;
      return error;
    }
    if (!proved) {
      const failed = await prove(cloud, signal).then(
        () => false,
        () => true,
      );
      if (failed) return error;
    }
    // the next refusal needs a proof of its own
    proved = false;
    const refusal = error.ofProject(scope.projectId);
    keptFor(scope).refused = { error: refusal, until: Date.now() + REFUSAL_RESTS_MS };
    return refusal;
  }

  async function renew(cloud: Cloud, scope: Scope, kept: Kept, signal: AbortSignal | undefined) {
    try {
      await getToken(cloud, scope, signal);
    } catch (error) {
      throw error instanceof CredentialError ? await judged(error, { cloud, scope, signal }) : error;
    } finally {
      kept.coming = null;
    }
  }

  return {
    async prepare(cloud, scope, signal) {
      if (stopped !== null) throw stopped.again();
      const kept = keptFor(scope);
      if (kept.refused !== null && kept.refused.until > Date.now()) throw kept.refused.error.again();
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
