import { documentedStatus } from "./documented-status.ts";

/** Code and message of an error body, as they came: strings or numbers where it is one of the cloud's. */
export interface ErrorBody {
  code: unknown;
  message: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Members that services and gateways put an error in. */
const WRAPPERS = ["error", "errors", "data", "result", "response", "fault"] as const;

const fieldsOf = (value: unknown): Fields | null => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && first !== null ? (first as Fields) : null;
};

const errorIn = (fields: Fields): ErrorBody => ({
  code: fields.error_code ?? fields.errorCode ?? fields.code ?? null,
  message:
    fields.error_msg ?? fields.errorMsg ?? fields.message ?? fields.error_description ?? fields.msg ?? null,
});

const statusOf = ({ code }: ErrorBody): number | null =>
  typeof code === "string" || typeof code === "number" ? documentedStatus(String(code)) : null;

/** What a body says of an error, at its root or one level down: what has a documented code first. */
export function readErrorBody(json: unknown): ErrorBody {
  const root = fieldsOf(json);
  if (root === null) return { code: null, message: null };
  const inner = WRAPPERS.map((name) => fieldsOf(root[name])).filter((fields) => fields !== null);
  const [first = errorIn(root), ...others] = [...inner, root].map(errorIn);
  const all = [first, ...others];
  return (
    all.find((error) => statusOf(error) !== null) ??
    all.find(({ code }) => code !== null) ??
    all.find(({ message }) => message !== null) ??
    first
  );
}

/**
 * The code of a body that is an error whatever its HTTP status: one that is documented, in an answer of which no
 * documented member holds anything in an object or a list: what serializes every member of its answers writes empty ones
 * beside an error. Null for any other body.
 */
export function refusalCode(json: unknown, documented: readonly string[]): string | null {
  const root = typeof json === "object" && json !== null ? (json as Fields) : {};
  const holds = (name: string) => {
    const value = Object.hasOwn(root, name) ? root[name] : null;
    return typeof value === "object" && value !== null && Object.keys(value).length > 0;
  };
  if (documented.some(holds)) return null;
  const error = readErrorBody(json);
  return statusOf(error) === null ? null : String(error.code);
}
