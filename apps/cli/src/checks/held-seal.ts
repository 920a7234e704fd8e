import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";

/** So many characters of a hash are enough to mean one seal. */
const SHORTEST = 12;

const isHash = (given: string): boolean => /^[0-9a-f]+$/i.test(given) && given.length <= 64;

/** The seal that a manifest of an edition has. @throws UsageError */
function sealInManifest(given: string, cwd: string): string {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(resolve(cwd, given), "utf8"));
  } catch (error) {
    throw new UsageError(
      `--seal ${given} is neither a hash (${SHORTEST} to 64 hexadecimal characters) nor a manifest that can be read (${(error as Error).message}). Give the seal that a report or a mail prints, or the path of its ….manifest.json.`,
    );
  }
  const seal = read !== null && typeof read === "object" && "seal" in read ? read.seal : null;
  const hash = seal !== null && typeof seal === "object" && "hash" in seal ? seal.hash : null;
  if (typeof hash === "string" && isHash(hash) && hash.length === 64) return hash;
  throw new UsageError(
    `The file ${given} has no seal: it is no manifest of an edition, or its ledger had no sealed run yet. Give the path of a ….manifest.json, or the seal that a report prints.`,
  );
}

/**
 * The beginning of a seal's hash that `--seal` means: as it is printed, also with the spaces and line breaks of a copy,
 * or in the manifest that it names.
 *
 * @throws UsageError
 */
export function heldSeal(given: string, cwd: string): string {
  const hash = given.replaceAll(/\s/g, "");
  if (!isHash(hash)) return sealInManifest(given, cwd);
  if (hash.length >= SHORTEST) return hash.toLowerCase();
  throw new UsageError(`--seal ${given} is too short to mean one seal: give ${SHORTEST} characters or more.`);
}
