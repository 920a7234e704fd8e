import { verifyMailServer } from "@nightledger/deliver";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Would the mail server have us? It is greeted, encrypted and signed in to; nothing is sent. */
export async function* mailFinding({ mail }: Pick<Config, "mail">): AsyncGenerator<Finding> {
  if (mail === null) return;
  const { host, port, tls, user } = mail;
  yield await findingOf("mail", `${host}:${port}`, async () => {
    await verifyMailServer(mail);
    const how = { starttls: "with STARTTLS", implicit: "with TLS", off: "without TLS" }[tls];
    const who = user === undefined ? "nobody is signed in" : `${user} is signed in`;
    return `It takes us ${how}; ${who}. Nothing was sent.`;
  });
}
