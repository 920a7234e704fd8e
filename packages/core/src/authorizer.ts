import type { Cloud } from "./cloud.ts";
import type { CredentialError } from "./errors.ts";
import type { SignableRequest } from "./sign.ts";

/** What a call is for: one project, or the whole account (IAM calls it domain). */
export type Scope = { projectId: string } | "domain";

/** Makes calls the account's own, with whatever credential it has. */
export interface Authorizer {
  /**
   * Gets ready for a call, which may take calls of its own. To be awaited before the call waits for its turn.
   *
   * @throws CloudError, also where the credential was refused before: it is then not used again.
   */
  prepare(cloud: Cloud, scope: Scope, signal?: AbortSignal): Promise<void>;
  /** The headers to send with a call, at the moment it is sent. */
  headers(request: SignableRequest, scope: Scope): Record<string, string>;
  /** Told of a 401. Whether the same call may be made once more, with a renewed authorization. */
  refused(scope: Scope, error: CredentialError): boolean;
}

/**
 * 401 with APIGW.0307 means "token must be updated" or "another region's API" (API Request Signing Guide, error
 * codes): that is said of one call, not of the credential.
 */
export const saysNothingOfTheCredential = (error: CredentialError): boolean =>
  error.code?.endsWith(".0307") === true;
