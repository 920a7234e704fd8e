import { errors } from "undici";
import { CloudError, HopError, NetworkError, TimeoutError, TooLargeError } from "./errors.ts";
import { ConnectionError } from "./http/connection-error.ts";

/** A body in whole. @throws TooLargeError */
export async function readBounded(
  body: AsyncIterable<Buffer>,
  origin: string,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLargeError(origin, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** What kept an answer from coming, as the failure it is. */
export function transportError(error: unknown, origin: string, timeoutMs: number): CloudError {
  if (error instanceof CloudError) return error;
  if (error instanceof ConnectionError) return new HopError(origin, error);
  if (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  ) {
    return new TimeoutError(origin, timeoutMs, error);
  }
  return new NetworkError(origin, error);
}
