import { randomUUID } from "node:crypto";
import { join, relative } from "node:path";
import type { PlacedEdition, RejectedEdition } from "@nightledger/report";
import type { Renderer } from "@nightledger/worker";
import type { Config } from "../config.ts";
import { makeEditions } from "../night/make-editions.ts";
import type { ReportGroup } from "../night/report-groups.ts";
import { openReaderFor } from "../open-reader-for.ts";
import { type Rendered, stagingOf } from "./staging.ts";

function within(folder: string, made: PlacedEdition | RejectedEdition): PlacedEdition | RejectedEdition {
  if (made.passed) return { ...made, manifest: relative(folder, made.manifest) };
  const files = made.files.map((file) => relative(folder, file));
  return { ...made, files, reasons: relative(folder, made.reasons) };
}

/** Renders reports as the nightly does, into the staging folder. `warn` gets what should be mended on this host. */
export const reportRenderer =
  (config: Config, warn: (sentence: string) => void): Renderer =>
  async (job, signal) => {
    const { dataDate } = job;
    const group = job.group as ReportGroup;
    const folder = randomUUID();
    const placeDir = join(stagingOf(config), folder);
    const reader = await openReaderFor(config, group.audience, dataDate);
    try {
      const made: Rendered["made"] = [];
      for await (const one of makeEditions(reader, { config, dataDate, group, signal, placeDir, warn })) {
        made.push(within(placeDir, one));
      }
      const rendered: Rendered = { folder, made };
      return [rendered];
    } finally {
      await reader.close();
    }
  };
