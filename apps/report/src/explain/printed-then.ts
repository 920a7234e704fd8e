import { readEditionJson } from "../editions/edition-json.ts";
import { type Manifest, readNamed } from "../editions/manifest.ts";

/** How an edition printed a figure. */
export interface PrintedThen {
  text: string;
  value: number | null;
}

/**
 * How an edition printed a figure, by its JSON; null where it has none, or did not print it.
 *
 * @throws ManifestError where the JSON is gone or has been altered
 */
export function printedThen(file: string, { files }: Manifest, id: string): PrintedThen | null {
  const json = files.find(({ format }) => format === "json");
  if (json === undefined) return null;
  const { figures } = readEditionJson(readNamed(file, json).toString("utf8"));
  const figure = figures.find((each) => each.id === id);
  return figure === undefined ? null : { text: figure.text, value: figure.value };
}
