import { rmSync } from "node:fs";
import { join } from "node:path";
import type { PlacedEdition, RejectedEdition } from "@nightledger/report";
import type { Config } from "../config.ts";

/** What a worker made of a report, in a folder of its own until the coordinator puts it in place. */
export interface Rendered {
  /** Within the staging folder. */
  folder: string;
  /** Their paths are within `folder`: hosts may see it at different places. */
  made: (PlacedEdition | RejectedEdition)[];
}

/** Where workers put what they make: beside the reports, on the same file system. No report is read from there. */
export const stagingOf = ({ reports }: Config): string => join(reports, ".made-by-workers");

/** Whatever a worker still makes there belongs to nobody. */
export const clearStaging = (config: Config): void =>
  rmSync(stagingOf(config), { recursive: true, force: true });
