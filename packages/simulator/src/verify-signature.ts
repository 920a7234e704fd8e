import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { gatewayRefusal, wrongCredential } from "./http-answer.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Keys } from "./keys.ts";
import type { WorldAccount } from "./world.ts";

const ALGORITHM = "SDK-HMAC-SHA256";
const FORM = new RegExp(`^${ALGORITHM} Access=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$`);
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const MAX_SKEW_MS = 15 * 60_000;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Percent-encodes all but RFC 3986's unreserved characters, byte by byte. */
function percentEncode(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9\-_.~]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

function canonicalRequest(request: HttpRequest, signedHeaders: string[]): string {
  const segments = request.url.pathname.split("/").filter((segment) => segment !== "");
  const path = ["", ...segments.map((segment) => percentEncode(decodeURIComponent(segment))), ""].join("/");
  const query = [...request.url.searchParams]
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .sort();
  const headers = signedHeaders.map((name) => `${name}:${request.headers[name] ?? ""}\n`);
  const bodyHash = request.headers["x-sdk-content-sha256"] ?? sha256(request.body);
  return `${request.method}\n${path}\n${query.join("&")}\n${headers.join("")}\n${signedHeaders.join(";")}\n${bodyHash}`;
}

function checkSkew(date: string, now: number): void {
  const [, ...parts] = DATE.exec(date) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const skew = Math.abs(now - Date.UTC(year, month - 1, day, hour, minute, second));
  if (!(skew <= MAX_SKEW_MS)) {
    throw gatewayRefusal(401, "APIGW.0303", "Incorrect app authentication information: signature expired");
  }
}

/**
 * The account whose key signed a request (API Request Signing Guide). Written from the guide, apart from
 * core's signer, so that one's mistake is not the other's.
 *
 * @throws Refusal APIGW.0301 for a wrong key or signature, APIGW.0303 for a clock more than 15 min off
 */
export function verifySignature(request: HttpRequest, keys: Keys, now: number): WorldAccount {
  const [, ak = "", names = "", signature = ""] = FORM.exec(request.headers.authorization ?? "") ?? [];
  if (ak === "") throw wrongCredential("authorization header not understood");
  const key = keys.find(ak);
  if (key.securityToken !== (request.headers["x-security-token"] ?? null)) {
    throw wrongCredential("the security token is wrong");
  }

  const signedHeaders = names.split(";");
  const date = request.headers["x-sdk-date"] ?? "";
  if (!signedHeaders.includes("x-sdk-date")) throw wrongCredential("x-sdk-date is not signed");
  checkSkew(date, now);
  const toSign = `${ALGORITHM}\n${date}\n${sha256(canonicalRequest(request, signedHeaders))}`;
  const expected = createHmac("sha256", key.sk).update(toSign).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) {
    throw keys.failed(ak);
  }
  keys.succeeded(ak);
  return key.account;
}
