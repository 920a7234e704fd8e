import { gatewayRefusal, type Refusal, wrongCredential } from "./http-answer.ts";
import type { World, WorldAccount } from "./world.ts";

/** An access key of the world. */
export interface WorldKey {
  account: WorldAccount;
  sk: string;
  securityToken: string | null;
}

/** "More than five consecutive failures lock the key for five minutes" (OCR, Error Codes). */
const FAILURES_BEFORE_LOCK = 5;
const LOCKED_MS = 5 * 60_000;

/** The access keys of a world, which a user can switch off and failures lock. */
export class Keys {
  readonly #keys = new Map<string, WorldKey>();
  readonly #failures = new Map<string, { count: number; last: number }>();
  readonly #disabled = new Set<string>();

  constructor(world: World) {
    for (const account of world.accounts) {
      const { ak, sk, temporaryKey } = account;
      this.#keys.set(ak, { account, sk, securityToken: null });
      this.#keys.set(temporaryKey.ak, { account, ...temporaryKey });
    }
  }

  disable(ak: string): void {
    this.#disabled.add(ak);
  }

  /** @throws Refusal APIGW.0301 */
  find(ak: string): WorldKey {
    const key = this.#keys.get(ak);
    if (key === undefined || this.#disabled.has(ak)) {
      throw wrongCredential(`Get secretKey failed,ak:${ak},err:ak not exist`);
    }
    const failures = this.#failures.get(ak);
    if (failures !== undefined && failures.count > FAILURES_BEFORE_LOCK) {
      if (Date.now() - failures.last < LOCKED_MS) {
        throw gatewayRefusal(401, "APIGW.0301", "AK access failed to reach the limit,forbidden");
      }
      this.#failures.delete(ak);
    }
    return key;
  }

  succeeded(ak: string): void {
    this.#failures.delete(ak);
  }

  failed(ak: string): Refusal {
    const count = (this.#failures.get(ak)?.count ?? 0) + 1;
    this.#failures.set(ak, { count, last: Date.now() });
    return wrongCredential("verify aksk signature fail");
  }
}
