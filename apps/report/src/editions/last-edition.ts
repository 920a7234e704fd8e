import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ManifestError } from "../errors.ts";
import { type EditionKey, editionName, editionStem, MANIFEST_END } from "./edition-name.ts";
import { type Manifest, readManifest } from "./manifest.ts";

/** The newest edition in a folder; its manifest is null where it cannot be read. */
export interface LastEdition {
  edition: number;
  manifest: Manifest | null;
}

function readIfItCan(file: string): Manifest | null {
  try {
    return readManifest(file);
  } catch (error) {
    if (error instanceof ManifestError) return null;
    throw error;
  }
}

/** The newest edition of a report in a folder, found by its manifest; null where there is none yet. */
export function lastEdition(folder: string, key: EditionKey): LastEdition | null {
  const start = `${editionStem(key)}_e`;
  const numbers = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.startsWith(start) && name.endsWith(MANIFEST_END))
    .map((name) => name.slice(start.length, -MANIFEST_END.length))
    .filter((number) => /^[1-9]\d*$/.test(number))
    .map(Number);
  if (numbers.length === 0) return null;
  const edition = Math.max(...numbers);
  return { edition, manifest: readIfItCan(join(folder, `${editionName(key, edition)}${MANIFEST_END}`)) };
}
