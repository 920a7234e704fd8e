import { resolve } from "node:path";
import type { FilePermissions } from "@nightledger/store/atomic-file";
import type { Settings } from "../config-schema.ts";
import type { ConfigProblem } from "../errors.ts";
import type { OutputAccess } from "../settings/output.ts";
import { findGroup } from "./find-group.ts";

/** Who may read what is made for others; what is not said follows the umask. */
export interface OutputPermissions {
  snapshot: FilePermissions;
  metrics: FilePermissions;
  /** Of files in each folder that editions and notices are copied to, by its absolute path. */
  folders: ReadonlyMap<string, FilePermissions>;
}

/** Reads what settings say of a file, and keeps what is wrong with it. */
class Reading {
  readonly problems: ConfigProblem[] = [];

  at(path: string, { mode, group }: OutputAccess = {}): FilePermissions {
    const gid = typeof group === "string" && !/^\d+$/.test(group) ? findGroup(group) : group;
    if (gid === null) {
      const message = `there is no group "${group}" in /etc/group of this machine; make it, or give its number`;
      this.problems.push({ path: `${path}.group`, message });
    }
    return {
      ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }),
      ...(gid !== undefined && gid !== null && { gid: Number(gid) }),
    };
  }
}

function foldersOf({ publish, operators }: Settings, folder: string, reading: Reading) {
  const folders = new Map<string, FilePermissions>();
  const places = [
    ...publish.map((one, index) => ({ path: `publish[${index}].folder`, given: one.folder })),
    { path: "operators.folder", given: operators.folder },
  ];
  for (const { path, given } of places) {
    if (given === undefined) continue;
    const [place, permissions] = [resolve(folder, given.path), reading.at(path, given)];
    const before = folders.get(place);
    if (before !== undefined && (before.mode !== permissions.mode || before.gid !== permissions.gid)) {
      const message = "is named before with another mode or group; give the same in each place";
      reading.problems.push({ path, message });
    }
    folders.set(place, permissions);
  }
  return folders;
}

/** Settings of who may read what, with groups as numbers; what cannot be is told beside them. */
export function outputPermissions(
  settings: Settings,
  folder: string,
): { permissions: OutputPermissions; problems: ConfigProblem[] } {
  const reading = new Reading();
  const permissions = {
    snapshot: reading.at("snapshot", settings.snapshot),
    metrics: reading.at("operations.metrics", settings.operations.metrics),
    folders: foldersOf(settings, folder, reading),
  };
  return { permissions, problems: reading.problems };
}
