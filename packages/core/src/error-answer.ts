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

/** Code and message of any of the cloud's error bodies, nested one level or not, or of none. */
function readErrorBody(body: Buffer, conceal: Conceal): { code: string | null; message: string | null } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return { code: null, message: null };
  }
  const outer = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Record<string, unknown>;
  const inner = (typeof outer.error === "object" && outer.error !== null ? outer.error : outer) as Record<
    string,
    unknown
  >;
  return {
    code: asText(inner.error_code ?? inner.errorCode ?? inner.code, conceal),
    message: asText(inner.error_msg ?? inner.errorMsg ?? inner.message, conceal),
  };
}

function retryAfterMs(raw: RawAnswer): number | null {
  const seconds = Number(header(raw, "retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/**
 * The error an answer other than 200 means. HSS reports permission trouble as HTTP 400, so the code decides
 * before the status does (API reference, "Error Codes").
 */
export function errorOf(
  { account, origin, conceal }: { account: string; origin: string; conceal: Conceal },
  raw: RawAnswer,
): CloudError {
  const answer: CloudAnswer = {
    status: raw.status,
    ...readErrorBody(raw.body, conceal),
    requestId: asText(header(raw, "x-request-id"), conceal),
  };
  const code = answer.code ?? "";
  if (/^APIG(W)?\.0310$/.test(code)) return new FrozenProjectError(answer);
  if (/^APIGW?\.0801$/.test(code)) return new NotAvailableError(origin, answer);
  if (/^APIGW?\.040[12]$/.test(code)) return new AddressRefusedError(account, answer);
  if (code === "HSS.0010" || code === "HSS.0013") return new PermissionError(account, answer);
  if (raw.status === 401) return new CredentialError(account, answer);
  if (raw.status === 403) return new PermissionError(account, answer);
  if (raw.status === 404) return new NotFoundError(origin, answer);
  if (raw.status === 429) return new ThrottledError(answer, retryAfterMs(raw));
  if (raw.status === 408 || [500, 502, 503, 504].includes(raw.status)) return new CloudFaultError(answer);
  return new RejectedError(answer);
}
