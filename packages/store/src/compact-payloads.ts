import type { Kysely } from "kysely";
import { DamagedPayloadError } from "./errors.ts";
import type { Ledger } from "./open.ts";
import { packBlock, type Unpacked } from "./pack-block.ts";
import { payloadReader } from "./read-payload.ts";
import { finishRun, startRun } from "./run.ts";
import type { RunStatus, Schema } from "./tables.ts";
import type { PayloadStorage } from "./views.ts";

/** A block holds so many payloads at most, and is closed when it has so many bytes. */
const BLOCK_PAYLOADS = 256;
const BLOCK_BYTES = 1024 * 1024;

/** Which payloads to pack, and how to be stopped and heard of. */
export interface CompactJob {
  /** The day on which it runs, `YYYY-MM-DD`. */
  dataDate: string;
  /** Payloads that no night from this date on refers to. */
  before: string;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** What a compaction did. */
export interface Compaction {
  /** Null where there was nothing to pack. */
  runId: number | null;
  status: Exclude<RunStatus, "running">;
  before: string;
  /** Payloads to pack. */
  payloads: number;
  packed: number;
  /** How raw answers were kept, and how they are. */
  storageBefore: PayloadStorage[];
  storageAfter: PayloadStorage[];
  /** Payloads that cannot be read, and why. */
  problems: string[];
}

/** Payloads not packed yet whose last night is before a date; a target's own lie together, in the order of time. */
async function payloadsToPack(db: Kysely<Schema>, before: string): Promise<number[]> {
  const used = db
    .selectFrom("snapshot")
    .select(["payload_id", "target_id", "data_date"])
    .unionAll((eb) =>
      eb
        .selectFrom("gap")
        .select((gap) => [gap.ref("payload_id").$notNull().as("payload_id"), "target_id", "data_date"])
        .where("payload_id", "is not", null),
    );
  const rows = await db
    .selectFrom(used.as("used"))
    .select("payload_id")
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("packed_payload")
            .select("block_id")
            .whereRef("packed_payload.payload_id", "=", "used.payload_id"),
        ),
      ),
    )
    .groupBy("payload_id")
    .having((eb) => eb.fn.max("data_date"), "<", before)
    .orderBy((eb) => eb.fn.min("target_id"))
    .orderBy((eb) => eb.fn.min("data_date"))
    .orderBy("payload_id")
    .execute();
  return rows.map(({ payload_id }) => payload_id);
}

const storageOf = (db: Kysely<Schema>): Promise<PayloadStorage[]> =>
  db.selectFrom("payload_storage").selectAll().orderBy("form").execute();

/** The payloads block by block, each as it came; those that cannot be read are told and left as they are. */
async function* blocksOf(
  db: Kysely<Schema>,
  payloadIds: readonly number[],
  tell: (problem: string) => void,
): AsyncGenerator<Unpacked[]> {
  const read = payloadReader(db);
  let block: Unpacked[] = [];
  let size = 0;
  for (const payloadId of payloadIds) {
    try {
      const { hash, bytes } = await read(payloadId);
      block.push({ payloadId, hash, bytes });
      size += bytes.length;
    } catch (error) {
      if (!(error instanceof DamagedPayloadError)) throw error;
      tell(error.message);
    }
    if (block.length < BLOCK_PAYLOADS && size < BLOCK_BYTES) continue;
    yield block;
    block = [];
    size = 0;
  }
  if (block.length > 0) yield block;
}

/**
 * Packs old payloads, many to a block, without losing a byte. It is a run of its own, which may be stopped between two
 * blocks; the next one does the rest. Where there is nothing to pack there is no run.
 */
export async function compactPayloads(ledger: Ledger, job: CompactJob): Promise<Compaction> {
  const { db } = ledger;
  const payloadIds = await payloadsToPack(db, job.before);
  const storageBefore = await storageOf(db);
  const result: Compaction = {
    runId: null,
    status: "complete",
    before: job.before,
    payloads: payloadIds.length,
    packed: 0,
    storageBefore,
    storageAfter: storageBefore,
    problems: [],
  };
  if (payloadIds.length === 0) return result;
  result.runId = await startRun(db, job.dataDate, new Date(), "compact");
  try {
    await packAll(ledger, payloadIds, job, result);
  } catch (error) {
    result.problems.unshift(error instanceof Error ? error.message : String(error));
    await settle(db, result.runId, { ...result, status: "failed" });
    throw error;
  }
  if (job.signal?.aborted === true && result.packed < result.payloads) result.status = "interrupted";
  else if (result.packed < result.payloads) result.status = "partial";
  await settle(db, result.runId, result);
  return { ...result, storageAfter: await storageOf(db) };
}

async function packAll(
  ledger: Ledger,
  payloadIds: readonly number[],
  { signal, onProgress }: CompactJob,
  result: Compaction,
): Promise<void> {
  const stopped = (): boolean => signal?.aborted === true;
  if (stopped()) return;
  for await (const block of blocksOf(ledger.db, payloadIds, (problem) => result.problems.push(problem))) {
    await packBlock(ledger, block);
    result.packed += block.length;
    onProgress?.(result.packed, payloadIds.length);
    if (stopped()) return;
  }
}

const settle = (db: Kysely<Schema>, runId: number, result: Compaction): Promise<void> =>
  finishRun(db, runId, {
    now: new Date(),
    status: result.status,
    expected: result.payloads,
    alreadyFresh: 0,
    fetched: result.packed,
    missing: result.payloads - result.packed,
    problem: result.problems[0] ?? null,
  });
