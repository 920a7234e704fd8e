import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { placeFile } from "@nightledger/store/atomic-file";
import type { TypedSecret } from "./ask-answers.ts";

/** Only its owner can read it. */
const placePrivately = (file: string, text: string): string =>
  placeFile(dirname(file), basename(file), text, { mode: 0o600 });

/** Writes a configuration, and beside it the secrets that it refers to. */
export function placeConfiguration(file: string, text: string, secrets: readonly TypedSecret[]): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  for (const { file: name, secret } of secrets) {
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
    placePrivately(join(folder, name), secret);
  }
  placePrivately(file, text);
}
