import type { Fields } from "./watch.ts";

export type Level = "info" | "warn" | "error";

/** Where lines go. */
export interface Lines {
  /** `text` and `fields` are without secrets. */
  tell(level: Level, text: string, fields: Fields): void;
}
