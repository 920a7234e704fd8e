/** Where a service answers. */
export interface Endpoint {
  /** May have a path, which every call's path is appended to. */
  url: string;
  /** The host that a reverse proxy puts in place of the URL's; null where nobody rewrites the request. */
  signedHost: string | null;
}

/** The same as a configuration gives it: the URL alone, or with the host that calls are signed for. */
export type EndpointSetting = string | { url: string; signedHost?: string | null | undefined };

/** One request to an endpoint. */
export interface EndpointRequest {
  /** Where it is sent. */
  url: URL;
  /** What the cloud sees of it, and what the signature covers. */
  signedUrl: URL;
  /** Where the cloud counts it: requests to the same place share a quota. */
  place: string;
}

export const endpointOf = (given: EndpointSetting): Endpoint =>
  typeof given === "string"
    ? { url: given, signedHost: null }
    : { url: given.url, signedHost: given.signedHost ?? null };

const prefixOf = ({ pathname }: URL): string => pathname.replace(/\/+$/, "");

/** Where the cloud counts the calls of an endpoint. */
export function placeOf(given: EndpointSetting): string {
  const { url, signedHost } = endpointOf(given);
  const base = new URL(url);
  return signedHost === null ? `${base.origin}${prefixOf(base)}` : `${base.protocol}//${signedHost}`;
}

/**
 * A request to a path of an endpoint, such as `/v3/auth/projects?page=1`. The endpoint's own path comes before it. A
 * reverse proxy that rewrites the host strips that path again, so that the cloud sees `path` alone: with `signedHost`
 * the signature covers `signedHost` and `path`, without it the URL as it is sent.
 */
export function requestTo(given: EndpointSetting, path: string): EndpointRequest {
  const { url: base, signedHost } = endpointOf(given);
  const { protocol, origin } = new URL(base);
  const url = new URL(`${origin}${prefixOf(new URL(base))}${path}`);
  const signedUrl = signedHost === null ? url : new URL(`${protocol}//${signedHost}${path}`);
  return { url, signedUrl, place: placeOf(given) };
}
