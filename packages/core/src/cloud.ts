import type { Authorizer } from "./authorizer.ts";
import { type Conceal, concealerOf } from "./conceal.ts";
import type { Credential } from "./credential.ts";
import { type Endpoint, type EndpointSetting, endpointOf } from "./http/endpoint.ts";
import { keyAuthorizer } from "./key-authorizer.ts";
import type { Network } from "./network.ts";
import { KNOWN_REGIONS, type Regions } from "./regions.ts";
import { tokenAuthorizer } from "./token-authorizer.ts";

/** Where an account's services answer. */
export interface Endpoints {
  iam: EndpointSetting;
  eps: EndpointSetting;
  /** In every region, where `{region}` stands for it; left out, it is the region's own. */
  hss?: EndpointSetting;
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

/** Global endpoints of the public cloud (IAM and EPS, "Endpoints"). */
export const DEFAULT_ENDPOINTS: Endpoints = {
  iam: "https://iam.myhuaweicloud.com",
  eps: "https://eps.myhuaweicloud.com",
};

/** One account as the calls see it: who asks, where, within which bounds. */
export interface Cloud {
  account: string;
  authorizer: Authorizer;
  /** For whatever the cloud says that may name the credential. */
  conceal: Conceal;
  endpoints: Endpoints;
  regions: Regions;
  limits: RequestLimits;
  network: Network;
}

/** An account with its credential, ready to be asked. */
export function openCloud({
  credential,
  regions = KNOWN_REGIONS,
  ...cloud
}: Omit<Cloud, "authorizer" | "conceal" | "regions"> & { credential: Credential; regions?: Regions }): Cloud {
  const authorizer = credential.kind === "key" ? keyAuthorizer(credential) : tokenAuthorizer(credential);
  return { ...cloud, regions, authorizer, conceal: concealerOf(credential) };
}

/** Where HSS answers for a region. */
export function hssEndpoint(
  { endpoints, regions }: Pick<Cloud, "endpoints" | "regions">,
  region: string,
): Endpoint {
  const given = endpoints.hss ?? regions[region]?.hss;
  if (given === undefined) throw new RangeError(`No endpoint of HSS is known for region ${region}.`);
  const { url, signedHost } = endpointOf(given);
  const inRegion = (text: string): string => text.replaceAll("{region}", region);
  return { url: inRegion(url), signedHost: signedHost === null ? null : inRegion(signedHost) };
}
