import { randomBytes } from "node:crypto";
import { wrongCredential } from "./http-answer.ts";
import type { WorldAccount, WorldProject } from "./world.ts";

/** Who a token speaks for, and where. */
export interface TokenGrant {
  account: WorldAccount;
  /** Null for a token of the whole account (domain scope). */
  project: WorldProject | null;
  expiresAt: number;
}

const VALID_MS = 24 * 3_600_000;

/** The tokens given out. */
export class Tokens {
  readonly #grants = new Map<string, TokenGrant>();

  issue(account: WorldAccount, project: WorldProject | null): { token: string; grant: TokenGrant } {
    const token = `MIID${randomBytes(48).toString("base64url")}`;
    const grant = { account, project, expiresAt: Date.now() + VALID_MS };
    this.#grants.set(token, grant);
    return { token, grant };
  }

  /** @throws Refusal APIGW.0301 or APIGW.0307 */
  check(token: string): TokenGrant {
    const grant = this.#grants.get(token);
    if (grant === undefined) throw wrongCredential("decrypt token fail");
    if (grant.expiresAt < Date.now()) throw wrongCredential("the token is expired");
    return grant;
  }
}
