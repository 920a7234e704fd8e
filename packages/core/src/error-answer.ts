import type { Conceal } from "./conceal.ts";
import {
  AddressRefusedError,
  type CloudAnswer,
  type CloudError,
  CloudFaultError,
  CredentialError,
  FrozenProjectError,
  NotAvailableError,
  NotFoundError,
  PermissionError,
  RejectedError,
  ThrottledError,
} from "./errors.ts";
import { documentedStatus } from "./http/documented-status.ts";
import { readErrorBody, refusalCode } from "./http/error-body.ts";
import { readJson } from "./http/read-json.ts";
import { retryAfterMs } from "./http/retry-after.ts";
import { printable } from "./text.ts";

interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const header = (raw: RawAnswer, name: string): string | null => {
  const value = raw.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

/** Concealed first: what is cut in the middle is not found any more. */
const asText = (value: unknown, conceal: Conceal): string | null =>
  typeof value === "string" || typeof value === "number" ? printable(conceal(String(value)), 300) : null;

function jsonOf(body: Buffer): unknown {
  try {
    return readJson(body).json;
  } catch {
    return null;
  }
}

/** Who called what: for the messages of errors. */
interface Called {
  account: string;
  origin: string;
  conceal: Conceal;
}

/**
 * The error that an answer means. The code of its body decides, where it is documented, before the HTTP status does:
 * HSS reports permission trouble as 400, and gateways in between have been seen to turn every status into 200.
 */
export function errorOf({ account, origin, conceal }: Called, raw: RawAnswer): CloudError {
  const body = readErrorBody(jsonOf(raw.body));
  const answer: CloudAnswer = {
    status: raw.status,
    code: asText(body.code, conceal),
    message: asText(body.message, conceal),
    requestId: asText(header(raw, "x-request-id"), conceal),
  };
  const code = answer.code ?? "";
  const status = meantStatus(code, raw.status);
  if (/^APIG(W)?\.0310$/.test(code)) return new FrozenProjectError(answer);
  if (/^APIGW?\.0801$/.test(code)) return new NotAvailableError(origin, answer);
  if (/^APIGW?\.040[12]$/.test(code)) return new AddressRefusedError(account, answer);
  if (status === 401) return new CredentialError(account, answer);
  if (status === 403) return new PermissionError(account, answer);
  if (status === 404) return new NotFoundError(origin, answer);
  if (status === 429) return new ThrottledError(answer, retryAfterMs(raw.headers));
  if (status === 408 || [500, 502, 503, 504].includes(status)) return new CloudFaultError(answer);
  return new RejectedError(answer);
}

/** A number in the place of a code is a status that counts only beside one that says nothing. */
const meantStatus = (code: string, status: number): number =>
  status >= 300 && /^\d+$/.test(code) ? status : (documentedStatus(code) ?? status);

/**
 * Whether an answer with status 200 or 201 is an error all the same: its code is documented, and it has no member of a
 * good answer. One whose code is not documented is left to its contract. Only a body that may be an error is parsed.
 */
export function isRefusal(body: Buffer, documented: readonly string[]): boolean {
  const text = body.toString("latin1");
  const mayBe = text.includes('"error') || text.includes('"code"');
  return mayBe && refusalCode(jsonOf(body), documented) !== null;
}
