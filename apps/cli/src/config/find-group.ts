import { readFileSync } from "node:fs";

/** The number of a group that this machine knows by name; null where it does not. */
export function findGroup(name: string, file = "/etc/group"): number | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  for (const line of text.split("\n")) {
    const [known, , gid = ""] = line.split(":");
    if (known === name && /^\d+$/.test(gid)) return Number(gid);
  }
  return null;
}
