import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ManifestError } from "../errors.ts";
import { MANIFEST_END } from "./edition-name.ts";
import { type Manifest, readManifest } from "./manifest.ts";

/** A manifest, and where it lies. */
export interface FoundManifest {
  file: string;
  manifest: Manifest;
}

/** So many nights back, and so many manifests of each, are read: a folder may have thousands. */
const NIGHTS = 4;
const OF_A_NIGHT = 6;

const nightOf = (name: string): string => name.slice(0, "2026-11-24".length);
const editionOf = (name: string): number => Number(/_e(\d+)\.manifest\.json$/.exec(name)?.[1] ?? 0);

/** The manifests that tell most of the ledger's newest runs: of the newest nights, the last corrections first. */
function newestNames(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(MANIFEST_END) && /^\d{4}-/.test(name));
  const nights = [...new Set(names.map(nightOf))].sort().slice(-NIGHTS).toReversed();
  return nights.flatMap((night) =>
    names
      .filter((name) => nightOf(name) === night)
      .sort((a, b) => editionOf(b) - editionOf(a) || (a < b ? -1 : 1))
      .slice(0, OF_A_NIGHT),
  );
}

/** The newest manifests of a folder, the newest night first; one that cannot be read says nothing. */
export function newestManifests(folder: string): FoundManifest[] {
  if (!existsSync(folder)) return [];
  return newestNames(folder).flatMap((name) => {
    const file = join(folder, name);
    try {
      return [{ file, manifest: readManifest(file) }];
    } catch (error) {
      if (error instanceof ManifestError) return [];
      throw error;
    }
  });
}
