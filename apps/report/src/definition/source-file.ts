import { readdirSync, realpathSync } from "node:fs";
import { isAbsolute, join, normalize, sep } from "node:path";
import { TemplateError } from "../errors.ts";

/** A file of a folder that reports are made of. It is read from within that folder or not at all. */
export interface SourceFile {
  /** The folder: a report's, a theme's. It may be a symbolic link itself. */
  readonly root: string;
  /** The path of the file, for messages. */
  readonly path: string;
}

/** A dangling link is none that can be read: `ENOENT`, as for what was never there. */
const isAbsent = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code));

const isWithin = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/** @throws TemplateError where a path without links in it is not within the folder of a file */
export function requireWithin({ root, path }: SourceFile, real: string): void {
  if (isWithin(realpathSync.native(root), real)) return;
  throw new TemplateError(
    path,
    `is a link that leads out of ${root}; a report reads nothing but its own folder. Put a copy of the file there`,
  );
}

/** Where a path leads once all its links are followed; null where there is nothing. @throws TemplateError */
export function realPath(file: SourceFile): string | null {
  try {
    const real = realpathSync.native(file.path);
    requireWithin(file, real);
    return real;
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    if (isAbsent(error)) return null;
    throw new TemplateError(file.path, `cannot be read: ${(error as Error).message}`, error);
  }
}

/**
 * Names a file of a folder, there or not.
 *
 * @param names folders and a file, relative; one from a template or from `theme.yaml` among them
 * @throws TemplateError where a name leads out of the folder
 */
export function sourceFile(root: string, ...names: readonly string[]): SourceFile {
  for (const name of names) {
    const plain = normalize(name.replaceAll("\\", "/"));
    const leadsOut = plain === ".." || plain.startsWith("../") || isAbsolute(plain) || /^[a-z]:/i.test(plain);
    if (!leadsOut && !name.includes("\0")) continue;
    throw new TemplateError(
      root,
      `${JSON.stringify(name)} leads out of this folder; a report reads nothing but its own folder`,
    );
  }
  return { root, path: join(root, ...names) };
}

/** Whether a file is there. @throws TemplateError where it leads out of its folder */
export const isThere = (file: SourceFile): boolean => realPath(file) !== null;

/** The files of a folder within `root` whose names end so, by name; none where the folder is not there. @throws TemplateError */
export function sourceFiles(root: string, folder: string, end: string): SourceFile[] {
  const inside = sourceFile(root, folder);
  const real = realPath(inside);
  if (real === null) return [];
  try {
    return readdirSync(real)
      .filter((name) => name.endsWith(end))
      .sort()
      .map((name) => sourceFile(root, folder, name));
  } catch (error) {
    throw new TemplateError(inside.path, `cannot be read: ${(error as Error).message}`, error);
  }
}
