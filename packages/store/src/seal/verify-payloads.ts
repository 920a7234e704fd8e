import { brotliDecompressSync } from "node:zlib";
import { hashOf } from "../content.ts";
import { inflatePayload } from "../payload-codec.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import type { TablesOnly } from "./lines.ts";

/** So many payloads are in memory at once, as they are kept. */
const PAGE = 100;

const singlePage = (db: TablesOnly, after: number) =>
  db
    .selectFrom("payload as p")
    .leftJoin("packed_payload as k", "k.payload_id", "p.id")
    .select(["p.id", "p.hash", "p.deflated"])
    .where("p.id", ">", after)
    .where("k.payload_id", "is", null)
    .orderBy("p.id")
    .limit(PAGE)
    .execute();

const nextBlock = (db: TablesOnly, after: number) =>
  db
    .selectFrom("payload_block")
    .selectAll()
    .where("id", ">", after)
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();

const payloadsOf = (db: TablesOnly, blockId: number) =>
  db
    .selectFrom("packed_payload as k")
    .innerJoin("payload as p", "p.id", "k.payload_id")
    .select(["p.id", "p.hash", "k.start", "k.length"])
    .where("k.block_id", "=", blockId)
    .orderBy("p.id")
    .execute();

const altered = (id: number, detail: string): LedgerFinding => ({
  kind: "altered",
  table: "payload",
  key: `id ${id}`,
  runId: null,
  detail,
});

/** What is wrong with a payload, if anything is. */
function lookAt(id: number, hash: Buffer, open: () => Buffer): LedgerFinding[] {
  try {
    return hashOf(open()).equals(hash) ? [] : [altered(id, "Its bytes do not match its hash.")];
  } catch (error) {
    return [altered(id, `It cannot be opened (${(error as Error).message}).`)];
  }
}

async function* verifySingle(db: TablesOnly, pause: () => Promise<void>): AsyncGenerator<LedgerFinding> {
  for (let after = 0; ; ) {
    await pause();
    const rows = await singlePage(db, after);
    for (const { id, hash, deflated } of rows) yield* lookAt(id, hash, () => inflatePayload(deflated));
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** Block by block, so that each is opened once. */
async function* verifyPacked(db: TablesOnly, pause: () => Promise<void>): AsyncGenerator<LedgerFinding> {
  for (let after = 0; ; ) {
    await pause();
    const block = await nextBlock(db, after);
    if (block === undefined) return;
    let opened: Buffer | undefined;
    const open = () => {
      opened ??= brotliDecompressSync(block.packed);
      return opened;
    };
    for (const { id, hash, start, length } of await payloadsOf(db, block.id)) {
      yield* lookAt(id, hash, () => open().subarray(start, start + length));
    }
    after = block.id;
  }
}

/** Every payload against the hash of its bytes. */
export async function* verifyPayloads(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  yield* verifySingle(db, pause);
  yield* verifyPacked(db, pause);
}
