import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import type { Kysely } from "kysely";
import { hashOf } from "./content.ts";
import { DamagedPayloadError } from "./errors.ts";
import { inflatePayload } from "./payload-codec.ts";
import type { Schema } from "./tables.ts";

/** So many blocks are kept unpacked, since neighbours are asked for one after the other. */
const BLOCKS_KEPT = 16;

/** A raw answer as it came. */
export interface Payload {
  hash: Buffer;
  bytes: Buffer;
}

const unpack = promisify(brotliDecompress);

/** A payload's row, and where it lies in a block, if it does. */
const rowOf = (db: Kysely<Schema>, payloadId: number) =>
  db
    .selectFrom("payload")
    .leftJoin("packed_payload", "packed_payload.payload_id", "payload.id")
    .select(["hash", "deflated", "block_id", "start", "length"])
    .where("id", "=", payloadId)
    .executeTakeFirstOrThrow();

/**
 * Reads payloads one by one, whichever way they are kept; each is held against its hash.
 *
 * @throws DamagedPayloadError
 */
export function payloadReader(db: Kysely<Schema>): (payloadId: number) => Promise<Payload> {
  const blocks = new Map<number, Buffer>();

  async function blockOf(id: number): Promise<Buffer> {
    const kept = blocks.get(id);
    if (kept !== undefined) return kept;
    const { packed } = await db
      .selectFrom("payload_block")
      .select("packed")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const block = await unpack(packed);
    const [oldest] = blocks.keys();
    if (blocks.size >= BLOCKS_KEPT && oldest !== undefined) blocks.delete(oldest);
    blocks.set(id, block);
    return block;
  }

  async function bytesOf({ deflated, block_id, start, length }: Awaited<ReturnType<typeof rowOf>>) {
    if (block_id === null || start === null || length === null) return inflatePayload(deflated);
    return (await blockOf(block_id)).subarray(start, start + length);
  }

  return async (payloadId) => {
    const row = await rowOf(db, payloadId);
    const bytes = await bytesOf(row).catch((error: unknown) => {
      throw new DamagedPayloadError(payloadId, error);
    });
    if (!hashOf(bytes).equals(row.hash)) throw new DamagedPayloadError(payloadId);
    return { hash: row.hash, bytes };
  };
}

/** A raw answer as it came. @throws DamagedPayloadError */
export async function readPayload(db: Kysely<Schema>, payloadId: number): Promise<Buffer> {
  return (await payloadReader(db)(payloadId)).bytes;
}
