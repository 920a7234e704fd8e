import { verifyMailServer } from "@nightledger/deliver";
import type { Config } from "../config.ts";
import { accessTokensOf } from "../night/access-tokens-of.ts";
import { redactorOf } from "../watch/redactor.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Would the mail server have us? It is greeted, encrypted and signed in to; nothing is sent. */
export async function* mailFinding({
  mail,
  network,
}: Pick<Config, "mail" | "network">): AsyncGenerator<Finding> {
  if (mail === null) return;
  const { host, port, tls, user } = mail;
  const found = await findingOf("mail", `${host}:${port}`, async () => {
    const { mechanism, clientName } = await verifyMailServer(mail, accessTokensOf({ mail, network }));
    const how = { starttls: "with STARTTLS", implicit: "with TLS", off: "without TLS" }[tls];
    const who = mechanism === null ? "nobody is signed in" : `${user} is signed in by ${mechanism}`;
    return `It takes us as ${clientName} ${how}; ${who}. Nothing was sent.`;
  });
  // the server's words may repeat what it was given
  yield { ...found, detail: redactorOf({ mail })(found.detail) };
}
