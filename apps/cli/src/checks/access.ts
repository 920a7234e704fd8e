import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isPostgresUrl } from "@nightledger/store";
import type { FilePermissions } from "@nightledger/store/atomic-file";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";
import { mayRead, octal, type Readers, shutFolder, statOf } from "./readers.ts";

type Found = Omit<Finding, "check" | "subject"> | string;

/** Something that is made for others: where it lies, and who may read it by the configuration. */
interface Output {
  /** The setting that takes mode and group. */
  setting: string;
  /** A file, or the newest one of a folder; it need not be there yet. */
  file: string;
  permissions: FilePermissions;
}

const READERS: readonly Readers[] = ["group", "others"];
const BY_NAME = { group: "its group", others: "everybody on this machine" } as const;

/** A file of an output that is there has to be as the configuration says. */
function departure({ file, permissions, setting }: Output): string | null {
  const found = statOf(file);
  if (found === undefined) return null;
  const { mode, gid } = permissions;
  // nobody writes the analysts' copy, whatever its mode says
  const wanted = mode === undefined || setting !== "snapshot" ? mode : mode & 0o444;
  if (wanted !== undefined && (found.mode & 0o777) !== wanted) {
    return `It has mode ${octal(found.mode)}, and ${setting} says ${octal(wanted)}: the next night makes it so.`;
  }
  if (gid !== undefined && found.gid !== gid) {
    return `Its group is ${found.gid}, and ${setting} says ${gid}: the next night makes it so.`;
  }
  return null;
}

const sentence = (text: string): string => text[0]?.toUpperCase() + text.slice(1);

/** What lets readers into a folder. Members of a file's group may enter another group's folder as everybody may. */
function entry(folder: string, readers: Readers, gid: number): string {
  if (readers === "others") return `chmod o+x ${folder}`;
  const isTheirs = statOf(folder)?.gid === gid;
  return `${isTheirs ? "" : `chgrp ${gid} ${folder} and `}chmod g+x ${folder}`;
}

/** Readers that the mode lets in, and a folder does not, in words; null is none. */
function shutOut({ file }: Output, mode: number, readers: readonly Readers[], gid: number): string | null {
  for (const each of readers) {
    const folder = shutFolder(file, each, gid);
    if (folder === null) continue;
    const cure = `Let them in with ${entry(folder, each, gid)}, or name a place elsewhere.`;
    return sentence(`${BY_NAME[each]} may read it (${octal(mode)}), but cannot enter ${folder}. ${cure}`);
  }
  return null;
}

/** Can those read an output whom it is for, through all folders above it? */
function accessTo(output: Output): Found {
  const { file, permissions, setting } = output;
  const found = statOf(file);
  const mode = permissions.mode ?? found?.mode;
  if (mode === undefined) return "It is not there yet; the umask will say who may read it.";
  const gid = permissions.gid ?? found?.gid ?? process.getgid?.() ?? -1;
  const readers = READERS.filter((each) => mayRead(mode, each));
  const reached = readers.filter((each) => shutFolder(file, each, gid) === null);
  const isAsked = permissions.mode !== undefined || permissions.gid !== undefined;
  // the analysts' copy is there unasked: perhaps nobody wants it
  const status = setting === "snapshot" && !isAsked ? "ok" : "warning";
  if (readers.length === 0) {
    const cure = `For others, give ${setting} a mode and a group: mode: "0640", group: analysts; and a folder that they can enter.`;
    return { status, detail: `Nobody but its owner can read it (${octal(mode)}). ${cure}` };
  }
  const shut = isAsked || reached.length === 0 ? shutOut(output, mode, readers, gid) : null;
  if (shut !== null) return { status, detail: shut };
  const away = departure(output);
  if (away !== null) return { status: "warning", detail: away };
  return `${octal(found?.mode ?? mode)}: ${sentence(reached.map((each) => BY_NAME[each]).join(" and "))} can read it.`;
}

/** The newest file of a folder, or a name that one would have. */
function newestIn(folder: string): string {
  const files = statOf(folder)?.isDirectory() === true ? readdirSync(folder) : [];
  const [newest] = files
    .map((name) => join(folder, name))
    .filter((path) => statOf(path)?.isFile() === true)
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return newest ?? join(folder, "report.pdf");
}

const WRITE = 0o022;

/** May those read or write the ledger who should use its copy? */
function accessToLedger({ database, snapshot }: Pick<Config, "database" | "snapshot">): Found {
  const found = statOf(database);
  if (found === undefined) return "It is not there yet; the umask will say who may read it.";
  const [{ mode }, folder] = [found, statSync(dirname(database))];
  if ((mode & WRITE) !== 0) {
    const detail = `Others than its owner may write it (${octal(mode)}), past all that is sealed. Close it: chmod go-w ${database}`;
    return { status: "failed", detail };
  }
  if ((folder.mode & 0o002) !== 0 && (folder.mode & 0o1000) === 0) {
    const detail = `Everybody may replace it: ${dirname(database)} has mode ${octal(folder.mode)}. Close it: chmod o-w ${dirname(database)}`;
    return { status: "failed", detail };
  }
  const reachable = (readers: Readers): boolean =>
    mayRead(mode, readers) && shutFolder(database, readers, found.gid) === null;
  if (reachable("others")) {
    const detail = `Everybody on this machine can read it (${octal(mode)}). Close it: chmod o-r ${database}, and set UMask=0077 where it is started.`;
    return { status: "warning", detail };
  }
  const copy = snapshot === null ? undefined : statOf(snapshot);
  if (copy !== undefined && reachable("group") && !mayRead(copy.mode, "group")) {
    const detail = `Its group can read it (${octal(mode)}), but not its copy for analysts (${octal(copy.mode)}). Close it: chmod g-r ${database}`;
    return { status: "warning", detail };
  }
  return `${octal(mode)}: it is no more open than what is made for others.`;
}

/** Can those read what is made for others whom it is for, and nobody else the ledger? Windows has no such bits. */
export async function* accessFindings(config: Config): AsyncGenerator<Finding> {
  if (process.platform === "win32") return;
  const { database, snapshot, operations, permissions } = config;
  if (!isPostgresUrl(database)) {
    yield await findingOf("access", database, async () => accessToLedger(config));
  }
  const outputs: Output[] = [
    ...(snapshot === null
      ? []
      : [{ setting: "snapshot", file: snapshot, permissions: permissions.snapshot }]),
    ...(operations.metrics === null
      ? []
      : [{ setting: "operations.metrics", file: operations.metrics, permissions: permissions.metrics }]),
    ...[...permissions.folders].map(([folder, given]) => ({
      setting: "folder",
      file: newestIn(folder),
      permissions: given,
    })),
  ];
  for (const output of outputs) yield await findingOf("access", output.file, async () => accessTo(output));
}
