import { brotliDecompressSync } from "node:zlib";
import { hashOf } from "../content.ts";
import { inflatePayload } from "../payload-codec.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import type { TablesOnly } from "./lines.ts";

/** So many payloads are in memory at once, as they are kept. */
const PAGE = 100;

/** Opens packed payloads; the block that was opened last stays open, since neighbours share one. */
function packedPayloads(db: TablesOnly) {
  let open: { id: number; bytes: Buffer } | null = null;
  return async (blockId: number, start: number, length: number): Promise<Buffer> => {
    if (open?.id !== blockId) {
      const { packed } = await db
        .selectFrom("payload_block")
        .select("packed")
        .where("id", "=", blockId)
        .executeTakeFirstOrThrow();
      open = { id: blockId, bytes: brotliDecompressSync(packed) };
    }
    return open.bytes.subarray(start, start + length);
  };
}

const payloadPage = (db: TablesOnly, after: number) =>
  db
    .selectFrom("payload as p")
    .leftJoin("packed_payload as k", "k.payload_id", "p.id")
    .select(["p.id", "p.hash", "p.deflated", "k.block_id", "k.start", "k.length"])
    .where("p.id", ">", after)
    .orderBy("p.id")
    .limit(PAGE)
    .execute();

/** Every payload against the hash of its bytes. */
export async function* verifyPayloads(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  const unpack = packedPayloads(db);

  async function whyNot(row: Awaited<ReturnType<typeof payloadPage>>[number]): Promise<string | null> {
    try {
      const bytes =
        row.deflated.length === 0 && row.block_id !== null && row.start !== null && row.length !== null
          ? await unpack(row.block_id, row.start, row.length)
          : inflatePayload(row.deflated);
      return hashOf(bytes).equals(row.hash) ? null : "Its bytes do not match its hash.";
    } catch (error) {
      return `It cannot be opened (${(error as Error).message}).`;
    }
  }

  for (let after = 0; ; ) {
    await pause();
    const rows = await payloadPage(db, after);
    for (const row of rows) {
      const detail = await whyNot(row);
      if (detail !== null)
        yield { kind: "altered", table: "payload", key: `id ${row.id}`, runId: null, detail };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
