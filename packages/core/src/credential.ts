import type { Secret } from "./secret.ts";
import type { AccessKey } from "./sign.ts";

/** An IAM user's name and password. A HUAWEI ID cannot be used here, only an IAM user with programmatic access. */
export interface PasswordCredential {
  kind: "password";
  /** The account name of the IAM user, as IAM calls it: domain. */
  domainName: string;
  userName: string;
  password: Secret;
}

/** A permanent access key, or a temporary one with its security token. Preferred: it needs no token. */
export interface KeyCredential extends AccessKey {
  kind: "key";
}

/** An agency of another account, assumed by an IAM user of the delegated account (permission: Agent Operator). */
export interface AgencyCredential {
  kind: "agency";
  /** The delegating account, whose projects are read. */
  domainName: string;
  agencyName: string;
  by: PasswordCredential;
}

export type Credential = KeyCredential | PasswordCredential | AgencyCredential;
