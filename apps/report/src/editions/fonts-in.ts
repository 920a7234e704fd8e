import { sha256 } from "../content-hash.ts";
import type { Manifest } from "./manifest.ts";

const told = (face: string, property: string, usual: string): string =>
  new RegExp(`font-${property}:\\s*['"]?([^;'"}]+)`).exec(face)?.[1]?.trim() ?? usual;

/** The fonts that a document carries. */
export const fontsIn = (html: string): Manifest["fonts"] =>
  [...html.matchAll(/@font-face\s*\{([^}]*?)url\(["']?data:[^;]*;base64,([^)"']+)["']?\)([^}]*)\}/g)].map(
    ([, before = "", data = "", after = ""]) => {
      const face = `${before};${after}`;
      return {
        family: told(face, "family", ""),
        style: told(face, "style", "normal"),
        weight: told(face, "weight", "400"),
        sha256: sha256(Buffer.from(data, "base64")),
      };
    },
  );
