import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { PlacedEdition, RejectedEdition } from "./place-edition.ts";

const moved = (file: string, from: string, to: string): string => join(to, relative(from, file));

function move(file: string, from: string, to: string): void {
  const target = moved(file, from, to);
  mkdirSync(dirname(target), { recursive: true });
  renameSync(file, target);
}

/**
 * Puts an edition in place that was made in a folder of its own, such as by another process: its files first, then the
 * manifest without which they are no report.
 *
 * @param from where it was made: `placeDir` of its order
 * @param to `outDir` of its order, on the same file system
 */
export function adoptEdition<T extends PlacedEdition | RejectedEdition>(
  made: T,
  from: string,
  to: string,
): T {
  if (!made.passed) {
    for (const file of [...made.files, made.reasons]) move(file, from, to);
    const files = made.files.map((file) => moved(file, from, to));
    return { ...made, files, reasons: moved(made.reasons, from, to) };
  }
  // files that were there before are in place already
  const own = new Set(existsSync(from) ? readdirSync(from) : []);
  for (const { name } of made.told.files) if (own.has(name)) move(join(from, name), from, to);
  move(made.manifest, from, to);
  return { ...made, manifest: moved(made.manifest, from, to) };
}
