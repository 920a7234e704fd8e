import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TypedSecret } from "./ask-answers.ts";

/** Writes a file whole or not at all; only its owner can read it. */
function placePrivately(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text, { mode: 0o600 });
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

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
