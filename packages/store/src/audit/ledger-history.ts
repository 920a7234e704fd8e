import { existsSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { unreadable } from "../open.ts";
import { isPostgresUrl } from "../place.ts";
import { type BareReader, openBare } from "./bare-reader.ts";

/** `empty`: a file or a database is there, without a ledger's tables. */
export type LedgerPresence = "missing" | "empty" | "ledger";

/** One run of a history. */
export interface HistoryRun {
  runId: number;
  dataDate: string;
  startedAt: string;
  /** Its link of the chain, in hexadecimal; null where it is not sealed. */
  hash: string | null;
}

/** A run with every seal that stands for it and all before it: its own link, and those over the whole ledger. */
export interface SealedRun extends HistoryRun {
  seals: ReadonlySet<string>;
}

/** That somebody went on with a ledger although it contradicted what was made from it. */
export interface Acceptance {
  runId: number;
  /** ISO 8601, UTC. */
  at: string;
  /** The reason, and the seals that were set aside. */
  text: string;
}

/** How far a ledger is, by its chain of runs. */
export interface LedgerHistory {
  presence: LedgerPresence;
  /** The newest sealed run, or the newest of a ledger without seals; null where there is none. */
  last: HistoryRun | null;
  /** Newest first. */
  acceptances: Acceptance[];
  runAt(runId: number): Promise<SealedRun | null>;
  close(): Promise<void>;
}

interface RunRow {
  id: number;
  data_date: string;
  started_at: string;
  chain_hash: Uint8Array | null;
}

const NOTHING = {
  last: null,
  acceptances: [],
  runAt: async () => null,
  close: async () => {},
} satisfies Omit<LedgerHistory, "presence">;

/** How often a file that another process may be making just now is looked at. Milliseconds. */
const LOOK_MS = 50;
/** How long it may take: with a write-ahead log beside it somebody is at work, or was. Milliseconds. */
const PATIENCE = { working: 10_000, quiet: 500 };

async function hasTables(place: string): Promise<boolean> {
  if (!isPostgresUrl(place) && statSync(place).size === 0) return false;
  const reader = openBare(place);
  try {
    return (await reader.tables("run")).has("run");
  } finally {
    await reader.close();
  }
}

async function presenceOf(place: string): Promise<LedgerPresence> {
  if (isPostgresUrl(place)) return (await hasTables(place)) ? "ledger" : "empty";
  if (!existsSync(place)) return "missing";
  const patience = existsSync(`${place}-wal`) ? PATIENCE.working : PATIENCE.quiet;
  for (const until = performance.now() + patience; ; await sleep(LOOK_MS)) {
    if (await hasTables(place)) return "ledger";
    if (performance.now() >= until) return "empty";
  }
}

const runOf = ({ id, data_date, started_at, chain_hash }: RunRow): HistoryRun => ({
  runId: Number(id),
  dataDate: data_date,
  startedAt: started_at,
  hash: chain_hash === null ? null : Buffer.from(chain_hash).toString("hex"),
});

async function historyIn(reader: BareReader): Promise<LedgerHistory> {
  const sealed = (await reader.tables("run_seal")).has("run_seal");
  const runs = sealed
    ? "SELECT r.id, r.data_date, r.started_at, s.chain_hash FROM run r LEFT JOIN run_seal s ON s.run_id = r.id"
    : "SELECT r.id, r.data_date, r.started_at, NULL AS chain_hash FROM run r";
  const first = async (rest: string, ...values: number[]) => {
    const [row] = await reader.rows<RunRow>(`${runs} ${rest}`, ...values);
    return row === undefined ? null : runOf(row);
  };
  const seals = (await reader.tables("ledger_seal")).has("ledger_seal");
  async function sealedRun(runId: number): Promise<SealedRun | null> {
    const run = await first("WHERE r.id = ?", runId);
    if (run === null) return null;
    const rows = seals
      ? await reader.rows<{ chain_hash: Uint8Array }>(
          "SELECT chain_hash FROM ledger_seal WHERE run_id = ?",
          runId,
        )
      : [];
    const over = rows.map(({ chain_hash }) => Buffer.from(chain_hash).toString("hex"));
    return { ...run, seals: new Set([...over, ...(run.hash === null ? [] : [run.hash])]) };
  }
  const newest = "ORDER BY r.id DESC LIMIT 1";
  const lastSealed = sealed ? await first(`WHERE s.run_id IS NOT NULL ${newest}`) : null;
  const accepted = sealed
    ? await reader.rows<{ id: number; started_at: string; problem: string | null }>(
        "SELECT id, started_at, problem FROM run WHERE kind = 'accept' AND status = 'complete' ORDER BY id DESC",
      )
    : [];
  return {
    presence: "ledger",
    last: lastSealed ?? (await first(newest)),
    acceptances: accepted.map(({ id, started_at, problem }) => ({
      runId: Number(id),
      at: started_at,
      text: problem ?? "",
    })),
    runAt: sealedRun,
    close: () => reader.close(),
  };
}

/**
 * Opens the history of the ledger at a path or a URL. Nothing is written for it, not even a file beside it, whatever is
 * there.
 *
 * @throws UnreadableLedgerError, DiskFullError
 */
export async function openHistory(place: string): Promise<LedgerHistory> {
  let reader: BareReader | undefined;
  try {
    const presence = await presenceOf(place);
    if (presence !== "ledger") return { presence, ...NOTHING };
    reader = openBare(place);
    return await historyIn(reader);
  } catch (error) {
    await reader?.close();
    throw unreadable(place, error);
  }
}
