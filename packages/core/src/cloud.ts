import type { Authorizer } from "./authorizer.ts";
import type { Credential } from "./credential.ts";
import { keyAuthorizer } from "./key-authorizer.ts";
import type { Network } from "./network.ts";
import { tokenAuthorizer } from "./token-authorizer.ts";

/** Where an account's services answer. `{region}` in `hss` stands for the target's region. */
export interface Endpoints {
  iam: string;
  hss: string;
}

/** Bounds of one call. */
export interface RequestLimits {
  /** Connect, headers and body each get this long. Milliseconds; default 30,000. */
  timeoutMs: number;
  /** The largest body that is read. Bytes; default 8 MiB. */
  maxBodyBytes: number;
  /** Tries after the first, for retryable failures only; default 3. */
  retries: number;
  /** The longest wait before the first retry; it doubles. The wait itself is any time up to it. Milliseconds; default 1,000. */
  retryMinMs: number;
}

export const DEFAULT_LIMITS: RequestLimits = {
  timeoutMs: 30_000,
  maxBodyBytes: 8 * 1024 * 1024,
  retries: 3,
  retryMinMs: 1000,
};

/** Endpoints of the public cloud (API reference; Europe has its own domain). */
export const DEFAULT_ENDPOINTS: Endpoints = {
  iam: "https://iam.myhuaweicloud.com",
  hss: "https://hss.{region}.myhuaweicloud.com",
};

/** One account as the calls see it: who asks, where, within which bounds. */
export interface Cloud {
  account: string;
  authorizer: Authorizer;
  endpoints: Endpoints;
  limits: RequestLimits;
  network: Network;
}

/** An account with its credential, ready to be asked. */
export function openCloud({
  credential,
  ...cloud
}: Omit<Cloud, "authorizer"> & { credential: Credential }): Cloud {
  const authorizer = credential.kind === "key" ? keyAuthorizer(credential) : tokenAuthorizer(credential);
  return { ...cloud, authorizer };
}

/** The HSS endpoint of a region: the account's own, with the European domain where it is the public cloud's. */
export function hssEndpoint(cloud: Cloud, region: string): string {
  const url = cloud.endpoints.hss.replaceAll("{region}", region);
  const european = cloud.endpoints.hss === DEFAULT_ENDPOINTS.hss && region.startsWith("eu-");
  return european ? url.replace(/\.com$/, ".eu") : url;
}
