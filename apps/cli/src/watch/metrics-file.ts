import { lstat, readFile } from "node:fs/promises";
import type { FilePermissions } from "@nightledger/store/atomic-file";
import type { ExitStatus } from "../exit-status.ts";
import { writeFileWhole } from "../write-file-whole.ts";
import { type Metric, metricsText } from "./metrics-text.ts";

const LAST_SUCCESS = "nightledger_last_success_timestamp_seconds";

/** When it last went well, as the file that is there says; null where it says nothing. */
async function lastSuccessIn(file: string): Promise<number | null> {
  // whoever may write the folder could have put a pipe there, which would never end
  const isFile = (await lstat(file).catch(() => null))?.isFile() === true;
  const before = isFile ? await readFile(file, "utf8").catch(() => "") : "";
  const found = new RegExp(`^${LAST_SUCCESS} (\\d+(?:\\.\\d+)?)$`, "m").exec(before)?.[1];
  return found === undefined ? null : Number(found);
}

/** How the last nightly went, whatever the ledger says. */
export interface NightlyRun {
  status: ExitStatus;
  endedAt: Date;
  dataDate: string;
  /** Seconds of each phase. */
  phases: ReadonlyMap<string, number>;
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** Writes a Prometheus textfile in one step. @throws UsageError where it cannot be written */
export async function writeMetricsFile(
  { file, permissions }: { file: string; permissions: FilePermissions },
  { status, endedAt, dataDate, phases }: NightlyRun,
  figures: readonly Metric[],
): Promise<void> {
  const success = status === 0 ? seconds(endedAt) : await lastSuccessIn(file);
  const metrics: Metric[] = [
    {
      name: "nightledger_last_run_timestamp_seconds",
      help: "When the last nightly ended.",
      samples: [{ value: seconds(endedAt) }],
    },
    { name: LAST_SUCCESS, help: "When a nightly last ended complete.", samples: [{ value: success }] },
    {
      name: "nightledger_exit_status",
      help: "Exit status of the last nightly; 0 is complete.",
      samples: [{ value: status }],
    },
    {
      name: "nightledger_data_date_timestamp_seconds",
      help: "The last night, as the beginning of its day in UTC.",
      samples: [{ value: Date.parse(`${dataDate}T00:00:00Z`) / 1000 }],
    },
    {
      name: "nightledger_phase_seconds",
      help: "How long each phase of the last nightly took.",
      samples: [...phases].map(([phase, value]) => ({ labels: { phase }, value })),
    },
    ...figures,
  ];
  const text = metricsText(metrics);
  // a night that is being stopped writes its figures, too
  await writeFileWhole(file, pieces(text), { signal: new AbortController().signal, permissions });
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}
