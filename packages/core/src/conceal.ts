import type { Credential } from "./credential.ts";

/** Takes out of a text what the other side may have echoed of a credential. */
export type Conceal = (text: string) => string;

const SECRET = "[secret]";
/** Who has the key knows it by so much; nobody else can use that. */
const SHOWN = 4;

/** An access key's id as it may be shown: `AKIA…`. */
export const shortKey = (ak: string): string => `${ak.slice(0, SHOWN)}…`;

/** The longer first: a part of one must not keep the whole from being found. */
const without = (text: string, secrets: readonly string[]): string =>
  [...new Set(secrets)]
    .filter(({ length }) => length >= SHOWN)
    .sort((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, SECRET), text);

const secretsOf = (credential: Credential): string[] => {
  if (credential.kind === "agency") return secretsOf(credential.by);
  if (credential.kind === "password") return [credential.password.reveal()];
  const { sk, securityToken } = credential;
  return [sk.reveal(), ...(securityToken === undefined ? [] : [securityToken.reveal()])];
};

/** For what the cloud says to an account: gateways name the key, and some repeat a header. */
export function concealerOf(credential: Credential): Conceal {
  const secrets = secretsOf(credential);
  return (text) => {
    const bare = without(text, secrets);
    return credential.kind === "key" && credential.ak.length > SHOWN
      ? bare.replaceAll(credential.ak, shortKey(credential.ak))
      : bare;
  };
}

const AUTHORIZING = /^(authorization|x-auth-token|x-security-token)$/i;

/** The same, with what was sent in the headers of one call. */
export function concealing(conceal: Conceal, headers: Readonly<Record<string, string>>): Conceal {
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    AUTHORIZING.test(name) ? [value, /Signature=(\w+)/.exec(value)?.[1] ?? value] : [],
  );
  return (text) => conceal(without(text, sent));
}
