import { readEditionJson } from "./edition-json.ts";
import { readManifest, readNamed } from "./manifest.ts";

/** A figure as an edition prints it; its value is null where it is not known. */
export interface EditionFigure {
  /** As `nightledger explain` takes it, such as `portfolio.score`. */
  id: string;
  text: string;
  value: number | null;
}

/** The figures of an edition that has a JSON file; null where it has none. @throws ManifestError */
export function editionFigures(manifestFile: string): EditionFigure[] | null {
  const json = readManifest(manifestFile).files.find(({ format }) => format === "json");
  return json === undefined ? null : readEditionJson(readNamed(manifestFile, json).toString()).figures;
}
