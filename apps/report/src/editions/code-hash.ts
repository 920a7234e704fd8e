import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { viewsHash } from "@nightledger/store";
import { sha256 } from "../content-hash.ts";

/** What makes documents, and what chooses and masks the rows that are in them. */
const SOURCES = ["../", "../../../../packages/store/src/", "../../../../packages/core/src/"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);
/** The versions of everything that is installed. */
const LOCK = fileURLToPath(new URL("../../../../pnpm-lock.yaml", import.meta.url));

let made: string | undefined;

function sourcesIn(folder: string): [name: string, hash: string][] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort();
  return names.map((name) => [name, sha256(readFileSync(join(folder, name)))]);
}

function readCode(): string {
  const lock = existsSync(LOCK) ? sha256(readFileSync(LOCK)) : null;
  return sha256(JSON.stringify([SOURCES.map(sourcesIn), lock, viewsHash(), process.versions.node]));
}

/**
 * SHA-256 of the code that makes editions, of the packages that it uses and of the ledger's views. A checkout changes
 * without a change of its version number, and may then make another document of the same rows.
 */
export function codeHash(): string {
  made ??= readCode();
  return made;
}
