import { randomBytes } from "node:crypto";
import { gatewayRefusal, wrongCredential } from "./http-answer.ts";
import type { WorldAccount, WorldProject } from "./world.ts";

/** Who a token speaks for, and where. */
export interface TokenGrant {
  account: WorldAccount;
  /** Null for a token of the whole account (domain scope). */
  project: WorldProject | null;
  expiresAt: number;
  /** The only region it is good in: that of the regional IAM which gave it; null is everywhere. */
  region: string | null;
}

export interface TokenOptions {
  /** How long a token is good for. Milliseconds; default 24 h, as documented. */
  tokenLifeMs?: number;
  /** IAM answers as the regional one of this region, whose tokens are good there alone. */
  iamRegion?: string;
}

const VALID_MS = 24 * 3_600_000;

/** The tokens given out. */
export class Tokens {
  readonly #grants = new Map<string, TokenGrant>();
  readonly #options: TokenOptions;

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  issue(account: WorldAccount, project: WorldProject | null): { token: string; grant: TokenGrant } {
    const { tokenLifeMs = VALID_MS, iamRegion = null } = this.#options;
    const token = `MIID${randomBytes(48).toString("base64url")}`;
    const grant = { account, project, expiresAt: Date.now() + tokenLifeMs, region: iamRegion };
    this.#grants.set(token, grant);
    return { token, grant };
  }

  /** Every token given out so far is worth nothing from now on. */
  revoke(): void {
    this.#grants.clear();
  }

  /** @throws Refusal APIGW.0301 for a token that is not known, APIGW.0307 for one that is too old */
  check(token: string): TokenGrant {
    const grant = this.#grants.get(token);
    if (grant === undefined) throw wrongCredential("decrypt token fail");
    if (grant.expiresAt < Date.now()) {
      throw gatewayRefusal(401, "APIGW.0307", "The token must be updated.");
    }
    return grant;
  }
}
