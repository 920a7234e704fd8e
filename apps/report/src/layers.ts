import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { TemplateError } from "./errors.ts";

/** What the folders of a report hold. */
export type Kind = "templates" | "styles" | "charts" | "locales" | "data";

/**
 * The folders that a report is made of, from the common ground to the particular: `reports/base`, the report's own,
 * a theme's. A file of a later one stands in for that of the same name in an earlier one.
 */
export class Layers {
  readonly folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.folders = folders;
  }

  /** The files of a kind in all layers, the earlier layers' first, by name within one. */
  all(kind: Kind, end: string): string[] {
    return this.folders.flatMap((folder) => {
      const inside = join(folder, kind);
      if (!existsSync(inside)) return [];
      return readdirSync(inside)
        .filter((name) => name.endsWith(end))
        .sort()
        .map((name) => join(inside, name));
    });
  }

  /** The files of a kind by their names without the ending, each from the last layer that has it. */
  byName(kind: Kind, end: string): Map<string, string> {
    return new Map(this.all(kind, end).map((file) => [basename(file, end), file]));
  }

  /** One file, from the last layer that has it. @throws TemplateError */
  find(kind: Kind, name: string): string {
    const found = this.folders
      .map((folder) => join(folder, kind, name))
      .filter((file) => existsSync(file))
      .at(-1);
    if (found === undefined) {
      throw new TemplateError(
        join(this.folders.at(-1) ?? "", kind, name),
        "there is no such file in any layer",
      );
    }
    return found;
  }
}

/** A YAML file. @throws TemplateError */
export function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new TemplateError(file, `cannot be read: ${(error as Error).message}`, error);
  }
}
