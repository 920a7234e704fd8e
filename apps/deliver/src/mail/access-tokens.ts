import { Secret } from "@nightledger/core/secret";
import { Agent, type Dispatcher } from "undici";
import type { MailSettings, OAuth2Settings } from "./mail-settings.ts";
import { requestToken } from "./request-token.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";

/** A token is renewed so long before it expires, or after half its life if that is shorter. */
const MARGIN_MS = 60_000;

interface Held {
  token: Secret;
  /** Null where the endpoint did not say. */
  until: number | null;
}

/** The access tokens of a mailbox: each is requested once, and used until it expires or is refused. */
export class AccessTokens {
  readonly #oauth2: OAuth2Settings;
  readonly #settings: Pick<MailSettings, "ca" | "timeoutMs">;
  readonly #dispatcher: Dispatcher | null;
  readonly #issued: Secret[] = [];
  #held: Held | null = null;

  /** `dispatcher` carries the token requests, through a proxy for instance; null connects directly. */
  constructor(
    oauth2: OAuth2Settings,
    settings: Pick<MailSettings, "ca" | "timeoutMs">,
    dispatcher: Dispatcher | null = null,
  ) {
    this.#oauth2 = oauth2;
    this.#settings = settings;
    this.#dispatcher = dispatcher;
  }

  /** Every token that was used, to keep them out of texts. */
  get issued(): readonly Secret[] {
    return this.#issued;
  }

  /**
   * The token in force. `renew` requests another one, since the mail server has refused this one.
   *
   * @throws TokenError
   */
  async current({ renew = false } = {}): Promise<Secret> {
    const held = this.#held;
    if (!renew && held !== null && (held.until === null || held.until > Date.now())) return held.token;
    this.#held = null;
    const { accessToken, expiresInMs } = await this.#request();
    const token = new Secret(accessToken);
    const until =
      expiresInMs === null ? null : Date.now() + expiresInMs - Math.min(MARGIN_MS, expiresInMs / 2);
    this.#held = { token, until };
    this.#issued.push(token);
    return token;
  }

  async #request() {
    const { ca, timeoutMs } = this.#settings;
    if (this.#dispatcher !== null) return await requestToken(this.#oauth2, this.#dispatcher, timeoutMs);
    const agent = new Agent({
      connect: { timeout: timeoutMs, ...(ca !== undefined && { ca: trustedAuthorities(ca) }) },
    });
    try {
      return await requestToken(this.#oauth2, agent, timeoutMs);
    } finally {
      // whatever it still holds is of no use to anybody
      await agent.destroy();
    }
  }
}
