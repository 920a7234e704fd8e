import { join } from "node:path";
import { ManifestError } from "../errors.ts";
import { type EditionKey, editionName, editionStem, MANIFEST_END } from "./edition-name.ts";
import type { KnownEditions } from "./known-editions.ts";
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

/** The newest edition of a report in a folder; null where there is none yet. */
export function lastEdition(folder: string, known: KnownEditions, key: EditionKey): LastEdition | null {
  const edition = known.get(editionStem(key));
  if (edition === undefined) return null;
  return { edition, manifest: readIfItCan(join(folder, `${editionName(key, edition)}${MANIFEST_END}`)) };
}
