import { basename } from "node:path";
import { parse } from "yaml";
import { readSourceText } from "./definition/read-source.ts";
import { isThere, type SourceFile, sourceFile, sourceFiles } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";

/** What the folders of a report hold. */
export type Kind = "templates" | "styles" | "charts" | "locales" | "data";

/**
 * The folders that a report is made of, from the common ground to the particular: `reports/base`, the report's own,
 * a theme's. A file of a later one stands in for that of the same name in an earlier one. Each is read from within
 * its own folder alone.
 */
export class Layers {
  readonly folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.folders = folders;
  }

  /** The files of a kind in all layers, the earlier layers' first, by name within one. @throws TemplateError */
  all(kind: Kind, end: string): SourceFile[] {
    return this.folders.flatMap((folder) => sourceFiles(folder, kind, end));
  }

  /** The files of a kind by their names without the ending, each from the last layer that has it. @throws TemplateError */
  byName(kind: Kind, end: string): Map<string, SourceFile> {
    return new Map(this.all(kind, end).map((file) => [basename(file.path, end), file]));
  }

  /** One file, from the last layer that has it. @throws TemplateError */
  find(kind: Kind, name: string): SourceFile {
    if (/[/\\]/.test(name)) {
      throw new TemplateError(kind, `${JSON.stringify(name)} is no name of a file, but a path`);
    }
    const files = this.folders.map((folder) => sourceFile(folder, kind, name));
    const found = files.filter(isThere).at(-1);
    if (found === undefined) {
      throw new TemplateError(files.at(-1)?.path ?? name, "there is no such file in any layer");
    }
    return found;
  }
}

/** A YAML file. @throws TemplateError */
export function readYaml(file: SourceFile): unknown {
  const text = readSourceText(file);
  try {
    return parse(text);
  } catch (error) {
    throw new TemplateError(file.path, `cannot be read: ${(error as Error).message}`, error);
  }
}
