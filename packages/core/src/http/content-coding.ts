import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { ContractError, NetworkError, TooLargeError } from "../errors.ts";
import { printable } from "../text.ts";
import { isUnfinished } from "./unfinished-json.ts";

type Header = string | string[] | undefined;

type Decode = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const GUNZIP: Decode = promisify(gunzip);

/** Not asked for, but an answer may come coded all the same (RFC 9110, 8.4.1). */
const DECODERS = new Map<string, Decode>([
  ["gzip", GUNZIP],
  ["x-gzip", GUNZIP],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
  ["zstd", promisify(zstdDecompress)],
]);

/** No honest answer is coded more often; each layer costs time. */
const MAX_CODINGS = 3;
const MAX_QUOTED = 64;

/** The body of an answer is not what its `Content-Encoding` says: an unknown coding, or a false one. */
export class FalseCodingError extends ContractError {
  constructor(operation: string, { header, why }: { header: string; why: string }, body: Buffer) {
    super(operation, [why], body);
    this.message = `The answer of ${operation} is not what its header says: Content-Encoding is "${printable(header, MAX_QUOTED)}", ${why}.`;
    this.name = "FalseCodingError";
  }
}

/** The codings of a header in the order in which they were applied, in lower case and without `identity`. */
export function codingsOf(header: Header): string[] {
  return [header ?? []]
    .flat()
    .flatMap((value) => value.split(","))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
}

/** An answer whose whole body came. */
export interface CodedAnswer {
  operation: string;
  origin: string;
  headers: Record<string, Header>;
  body: Buffer;
  /** The most that its body may be, decoded. Bytes. */
  maxBytes: number;
}

/**
 * Without a length and without chunks, a body ends where the connection ends, or its stream of HTTP/2: undici takes
 * a reset of either for its end, so that nobody can tell whether it was whole.
 */
const endsWithConnection = (headers: CodedAnswer["headers"]): boolean =>
  headers["content-length"] === undefined && headers["transfer-encoding"] === undefined;

/** Whether a body that ends with its connection stops in the middle of its JSON. */
export const isCut = (headers: CodedAnswer["headers"], body: Buffer): boolean =>
  endsWithConnection(headers) && isUnfinished(body);

/**
 * The body of an answer without its content codings.
 *
 * @throws FalseCodingError, TooLargeError; NetworkError where a coded body was cut with its connection
 */
export async function decodedBody(answer: CodedAnswer): Promise<Buffer> {
  const { operation, origin, headers, maxBytes } = answer;
  const codings = codingsOf(headers["content-encoding"]);
  const header = [headers["content-encoding"] ?? []].flat().join(", ");
  const falsely = (why: string) => new FalseCodingError(operation, { header, why }, answer.body);
  if (codings.length > MAX_CODINGS) throw falsely(`which are more than ${MAX_CODINGS} codings`);
  let { body } = answer;
  for (const coding of codings.reverse()) {
    const decode = DECODERS.get(coding);
    if (decode === undefined) throw falsely("which we do not know");
    // an empty body is not coded
    if (body.length === 0) return body;
    try {
      body = await decode(body, { maxOutputLength: maxBytes });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ERR_BUFFER_TOO_LARGE") throw new TooLargeError(origin, maxBytes);
      const wasCut = code === "Z_BUF_ERROR" && endsWithConnection(headers);
      throw wasCut
        ? new NetworkError(origin, error)
        : falsely(`and the body is not ${printable(coding, MAX_QUOTED)}`);
    }
  }
  return body;
}
