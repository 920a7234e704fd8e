import type { Compaction } from "@nightledger/store";
import { formatTable } from "./format-table.ts";

const DONE: Record<Compaction["status"], string> = {
  complete: "",
  partial: " Those that cannot be read stay as they were.",
  interrupted: " Stopped; the same command packs the rest.",
  failed: "",
};

/** A compaction in words: how many payloads, and the room all of them took and take. */
export function compactionText(done: Compaction): string {
  if (done.runId === null) return `No payload was last used before ${done.before}: nothing to pack.\n`;
  const rows = done.storageAfter.map((after, index) => {
    const before = done.storageBefore[index];
    return [after.form, before?.payloads, before?.stored_bytes, after.payloads, after.stored_bytes];
  });
  const lines = [
    `Run ${done.runId}: ${done.packed} of ${done.payloads} payloads last used before ${done.before} packed.${DONE[done.status]}`,
    ...done.problems.map((problem) => `  ${problem}`),
  ];
  const columns = ["kept as", "payloads before", "bytes before", "payloads now", "bytes now"];
  return `${lines.join("\n")}\n\n${formatTable(columns, rows)}`;
}
