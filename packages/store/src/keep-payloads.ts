import type { Batch } from "./batch.ts";
import { hashOf } from "./content.ts";
import { lookUp } from "./look-up.ts";
import { deflatePayload } from "./payload-codec.ts";

/** Keeps raw answers, once per content, and gives their ids. */
export async function keepPayloads(batch: Batch, payloads: readonly Uint8Array[]): Promise<number[]> {
  const hashes = payloads.map(hashOf);
  const { missing, ids } = await lookUp(batch, "payload", hashes);
  const rows = missing.map((place) => ({
    hash: hashes[place] as Buffer,
    deflated: deflatePayload(payloads[place] as Uint8Array),
  }));
  return ids(await batch.add("payload", rows));
}
