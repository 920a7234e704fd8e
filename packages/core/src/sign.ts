import { createHmac, hash } from "node:crypto";
import type { Secret } from "./secret.ts";

/** A permanent or temporary (with `securityToken`) access key pair. */
export interface AccessKey {
  ak: string;
  sk: Secret;
  securityToken?: Secret;
}

/** What is signed: all of `headers`, which should hold `host`. */
export interface SignableRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

const sha256 = (text: string): string => hash("sha256", text, "hex");
/** Most calls have no body. */
const EMPTY = sha256("");

/** RFC 3986: unreserved `A-Za-z0-9-_.~`, the rest as upper-case hex. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function canonicalPath(url: URL): string {
  const path = url.pathname
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
  return path.endsWith("/") ? path : `${path}/`;
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort(byBytes)
    .join("&");
}

/** The date as the signature writes it: `YYYYMMDDTHHMMSSZ`, UTC. */
export const sdkDate = (now: Date): string => now.toISOString().replace(/[-:]|\.\d{3}/g, "");

/**
 * The headers to send with a request signed by SDK-HMAC-SHA256 (API Request Signing Guide; the secret key
 * is the HMAC key itself, without derivation).
 */
export function sign(request: SignableRequest, key: AccessKey, now: Date): Record<string, string> {
  const date = sdkDate(now);
  const sent: Record<string, string> = { ...request.headers, "X-Sdk-Date": date };
  if (key.securityToken !== undefined) sent["X-Security-Token"] = key.securityToken.reveal();

  const signed = Object.entries(sent)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim()])
    .sort(([a], [b]) => byBytes(a, b));
  const names = signed.map(([name]) => name).join(";");
  const canonicalRequest = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    signed.map(([name, value]) => `${name}:${value}\n`).join(""),
    names,
    request.body ? sha256(request.body) : EMPTY,
  ].join("\n");
  const stringToSign = `SDK-HMAC-SHA256\n${date}\n${sha256(canonicalRequest)}`;
  const signature = createHmac("sha256", key.sk.reveal()).update(stringToSign).digest("hex");
  return {
    ...sent,
    Authorization: `SDK-HMAC-SHA256 Access=${key.ak}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
