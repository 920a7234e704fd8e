import { promisify } from "node:util";
import { brotliCompress, brotliDecompressSync, constants } from "node:zlib";
import type { Transaction } from "kysely";
import { hashOf } from "./content.ts";
import { PackingError } from "./errors.ts";
import type { Ledger } from "./open.ts";
import type { Schema } from "./tables.ts";

/** A raw answer on its way into a block. */
export interface Unpacked {
  payloadId: number;
  hash: Buffer;
  bytes: Buffer;
}

const compress = promisify(brotliCompress);
const EMPTY = Buffer.alloc(0);

/**
 * Keeps payloads in one compressed block instead of each by itself. The block is read back and unpacked, and each
 * payload in it held against its hash, before the copy that was there is given up; all in one transaction.
 *
 * @throws PackingError
 */
export async function packBlock(ledger: Ledger, payloads: readonly Unpacked[]): Promise<void> {
  const joined = Buffer.concat(payloads.map(({ bytes }) => bytes));
  const packed = await compress(joined, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: joined.length,
    },
  });
  let end = 0;
  const placed = payloads.map((payload) => {
    const start = end;
    end += payload.bytes.length;
    return { ...payload, start, length: payload.bytes.length };
  });
  await ledger.db.transaction().execute(async (tx) => {
    const { id } = await tx
      .insertInto("payload_block")
      .values({ packed })
      .returning("id")
      .executeTakeFirstOrThrow();
    await verifyBlock(tx, id, placed);
    await ledger.batchOf(tx).insert(
      "packed_payload",
      placed.map(({ payloadId, start, length }) => ({ payload_id: payloadId, block_id: id, start, length })),
    );
    const { numUpdatedRows } = await tx
      .updateTable("payload")
      .set({ deflated: EMPTY })
      .where(
        "id",
        "in",
        placed.map(({ payloadId }) => payloadId),
      )
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== BigInt(placed.length)) throw new PackingError("a payload is no longer there");
  });
}

/** Unpacks what was just written, and holds it against what it has to be. @throws PackingError */
async function verifyBlock(
  tx: Transaction<Schema>,
  id: number,
  placed: readonly { payloadId: number; hash: Buffer; start: number; length: number }[],
): Promise<void> {
  const { packed } = await tx
    .selectFrom("payload_block")
    .select("packed")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const block = brotliDecompressSync(packed);
  for (const { payloadId, hash, start, length } of placed) {
    if (!hashOf(block.subarray(start, start + length)).equals(hash)) {
      throw new PackingError(`payload ${payloadId} does not come out of its block as it went in`);
    }
  }
}
