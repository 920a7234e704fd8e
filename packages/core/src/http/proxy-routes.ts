import type { Secret } from "../secret.ts";
import { isBypassed } from "./no-proxy.ts";

/** A forward proxy that calls go through. */
export interface ForwardProxy {
  /** Scheme, host and port, without credentials: it may be printed. */
  url: string;
  /** The setting or environment variable that names it, for messages. */
  setting: string;
  /** Its user for Basic authentication; null sends none. */
  user: string | null;
  password: Secret | null;
}

/** How calls leave this host's network. */
export interface ProxyRoutes {
  /** For https targets; null goes there directly. */
  https: ForwardProxy | null;
  /** For http targets; null goes there directly. */
  http: ForwardProxy | null;
  /** Targets that are called directly: `isBypassed` says how they are written. */
  noProxy: readonly string[];
  /** Authorities that are trusted beside the public ones, in PEM; null is none. */
  ca: string | null;
}

/** No proxy, and the public authorities alone. */
export const DIRECT: ProxyRoutes = { https: null, http: null, noProxy: [], ca: null };

/** The proxy that calls to a URL go through; null is none. Loopback addresses are always called directly. */
export function proxyFor(routes: ProxyRoutes, url: URL): ForwardProxy | null {
  const proxy = url.protocol === "https:" ? routes.https : routes.http;
  return proxy === null || isBypassed(url, routes.noProxy) ? null : proxy;
}

/** The value of Proxy-Authorization (RFC 7617); null where the proxy needs none. */
export function proxyAuthorization({ user, password }: ForwardProxy): string | null {
  if (user === null) return null;
  return `Basic ${Buffer.from(`${user}:${password?.reveal() ?? ""}`, "utf8").toString("base64")}`;
}
