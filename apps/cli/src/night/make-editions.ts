import { type PlacedEdition, type RejectedEdition, renderReport } from "@nightledger/report";
import { sealOf } from "@nightledger/store";
import type { Config } from "../config.ts";
import type { AudienceReader } from "../open-reader-for.ts";
import { groupOrder } from "./group-order.ts";
import type { ReportGroup } from "./report-groups.ts";

/** Makes a night's editions of a report. What is there already, and would be the same, is made no second time. */
export async function* makeEditions(
  reader: AudienceReader,
  {
    config,
    dataDate,
    group,
    signal,
    placeDir,
    warn,
  }: {
    config: Config;
    dataDate: string;
    group: ReportGroup;
    signal: AbortSignal;
    /** Where files are put instead of among the reports. */
    placeDir?: string;
    /** Gets what should be mended, though it does not keep a report from being made. */
    warn?: ((sentence: string) => void) | undefined;
  },
): AsyncGenerator<PlacedEdition | RejectedEdition> {
  yield* renderReport(reader.db, {
    ...groupOrder(reader, { config, dataDate, group }),
    placeDir,
    seal: await sealOf(reader),
    signal,
    warn,
  });
}
