import type { Secret } from "@nightledger/core/secret";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { AccessTokens } from "./access-tokens.ts";

/** Of the first line: nodemailer gives no status where an answer has several. */
const statusOf = ({ response }: { response: string }): number => Number.parseInt(response, 10);

type Exchange = (context: SMTPConnection.CustomAuthenticationContext) => Promise<void>;

/** The initial response of XOAUTH2 (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol). */
const responseOf = (user: string, token: Secret): string =>
  Buffer.from(`user=${user}\u0001auth=Bearer ${token.reveal()}\u0001\u0001`).toString("base64");

/**
 * Signs in with an access token. One that the server refuses, with 535 or with a 334 that explains why, is renewed once:
 * it may have been withdrawn before its time.
 */
export const tokenExchange =
  (user: string, tokens: AccessTokens): Exchange =>
  async ({ sendCommand }) => {
    for (const renew of [false, true]) {
      const token = await tokens.current({ renew });
      let answer = await sendCommand(`AUTH XOAUTH2 ${responseOf(user, token)}`);
      // the explanation is acknowledged with an empty line, and the refusal follows
      if (statusOf(answer) === 334) answer = await sendCommand("");
      const status = statusOf(answer);
      if (status >= 200 && status < 300) return;
      if (status !== 535) break;
    }
    throw new Error("Invalid login");
  };
