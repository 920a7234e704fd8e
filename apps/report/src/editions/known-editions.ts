import { existsSync, readdirSync } from "node:fs";
import { MANIFEST_END } from "./edition-name.ts";

/** The newest edition that a folder has of each report, by the name of its files before the edition. */
export type KnownEditions = ReadonlyMap<string, number>;

/** Reads a folder once, for all the reports that are made into it. */
export function knownEditions(folder: string): KnownEditions {
  const known = new Map<string, number>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.endsWith(MANIFEST_END)) continue;
    const { stem, edition } =
      /^(?<stem>.+)_e(?<edition>[1-9]\d*)$/.exec(name.slice(0, -MANIFEST_END.length))?.groups ?? {};
    if (stem !== undefined) known.set(stem, Math.max(known.get(stem) ?? 0, Number(edition)));
  }
  return known;
}
