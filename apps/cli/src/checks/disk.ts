import { readdirSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isPostgresUrl, openReader } from "@nightledger/store";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";
import { existing } from "./unwritable.ts";

const MEBIBYTE = 1024 * 1024;
/** Where nothing is known of nights, so much should be free. */
const LEAST = 1024 * MEBIBYTE;
/** So many nights should have room, and so many have to. */
const NIGHTS = { usual: 30, least: 2 };
/** So many nights back, what reports took is looked at. */
const LATELY = 7;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** `512 KiB`, `3.2 GiB` */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** unit;
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** What the place of a folder needs. */
interface Need {
  subject: string;
  /** What a night took of late; null is not known yet. Bytes. */
  nightBytes: number | null;
  /** What has to fit in beside it, such as the analysts' copy while it is written. Bytes. */
  onceBytes: number;
}

/** Has a place room for the nights to come? */
export async function roomFinding(need: Need, freeBytes: number): Promise<Finding> {
  const { subject, nightBytes, onceBytes } = need;
  return await findingOf("disk", subject, async () => {
    const free = `${bytesText(freeBytes)} are free`;
    const cure = "Make room, or move it to a larger disk: a night that finds none is lost.";
    if (nightBytes === null) {
      if (freeBytes >= LEAST) return `${free}; no night says yet how much one takes.`;
      return { status: "warning", detail: `Only ${free}, and no night says yet how much one takes. ${cure}` };
    }
    const nights = Math.floor((freeBytes - onceBytes) / Math.max(1, nightBytes));
    const beside = onceBytes === 0 ? "" : `, beside ${bytesText(onceBytes)} for the analysts' copy`;
    const taken = `${free}; a night took ${bytesText(nightBytes)} of late${beside}`;
    if (nights >= NIGHTS.usual) return `${taken}.`;
    const status = nights < NIGHTS.least ? "failed" : "warning";
    return { status, detail: `${taken}: room for ${Math.max(0, nights)} nights. ${cure}` };
  });
}

const freeAt = async (place: string): Promise<number> => {
  const { bavail, bsize } = await statfs(existing(place));
  return bavail * bsize;
};

/** What the files of the newest nights take, a night. */
function reportBytes(folder: string): number | null {
  const nights = new Map<string, number>();
  for (const name of statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder)) {
    const date = /^\d{4}-\d\d-\d\d(?=_)/.exec(name)?.[0];
    if (date !== undefined) nights.set(date, (nights.get(date) ?? 0) + sizeOf(join(folder, name)));
  }
  const lately = [...nights].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, LATELY);
  return lately.length === 0 ? null : Math.max(...lately.map(([, bytes]) => bytes));
}

/** What a night takes of a ledger on average, and the ledger itself. */
async function ledgerBytes(path: string): Promise<{ whole: number; night: number | null }> {
  const whole = sizeOf(path) + sizeOf(`${path}-wal`);
  if (whole === 0) return { whole, night: null };
  const reader = await openReader(path);
  try {
    const { nights } = await reader.db
      .selectFrom("night_daily")
      .select((eb) => eb.fn.countAll<number>().as("nights"))
      .where("observed", "=", 1)
      .executeTakeFirstOrThrow();
    return { whole, night: nights === 0 ? null : Math.ceil(whole / nights) };
  } finally {
    await reader.close();
  }
}

/** Is there room for the nights to come, by what nights took of late? */
export async function* diskFindings({
  database,
  snapshot,
  reports,
}: Pick<Config, "database" | "snapshot" | "reports">): AsyncGenerator<Finding> {
  if (!isPostgresUrl(database)) {
    const { whole, night } = await ledgerBytes(database).catch(() => ({ whole: 0, night: null }));
    const hasCopy = snapshot !== null && dirname(snapshot) === dirname(database);
    const need = { subject: dirname(database), nightBytes: night, onceBytes: hasCopy ? whole : 0 };
    yield await roomFinding(need, await freeAt(database));
  }
  const need = { subject: reports, nightBytes: reportBytes(reports), onceBytes: 0 };
  yield await roomFinding(need, await freeAt(reports));
}
