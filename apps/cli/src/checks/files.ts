import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Config } from "../config.ts";
import type { Finding } from "./finding.ts";
import { unwritable } from "./unwritable.ts";

const FILE = /\$\{file:([^}]+)\}/g;

/** May those read a secret who should not? Windows has no such bits. */
export function* secretFindings(file: string): Generator<Finding> {
  if (process.platform === "win32") return;
  const names = new Set([...readFileSync(file, "utf8").matchAll(FILE)].map(([, name = ""]) => name));
  const open = [...names].filter((name) => {
    const found = statSync(resolve(dirname(file), name), { throwIfNoEntry: false });
    return found !== undefined && (found.mode & 0o007) !== 0;
  });
  for (const name of open) {
    const detail = `Every user of this machine may read it. Close it: chmod 600 ${resolve(dirname(file), name)}`;
    yield { check: "secret", subject: name, status: "warning", detail };
  }
  if (names.size > 0 && open.length === 0) {
    const detail = `${names.size} files of secrets, none of which every user of this machine may read.`;
    yield { check: "secret", subject: dirname(file), status: "ok", detail };
  }
}

/** May every folder be written that a night writes to? */
export function* folderFindings({
  reports,
  publish,
  operators,
}: Pick<Config, "reports" | "publish" | "operators">): Generator<Finding> {
  const dropped = [...publish, operators].flatMap(({ folder }) => (folder === null ? [] : [folder]));
  for (const folder of new Set([reports, ...dropped])) {
    const problem = unwritable(folder, "folder");
    const said =
      problem === null
        ? ({ status: "ok", detail: "It can be written." } as const)
        : ({ status: "failed", detail: problem } as const);
    yield { check: "folder", subject: folder, ...said };
  }
}
