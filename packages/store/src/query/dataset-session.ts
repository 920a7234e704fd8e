import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isDamage } from "../backup/damage.ts";
import {
  DatasetMemoryError,
  DatasetTimeoutError,
  QueryError,
  QueryProcessError,
  UnreadableLedgerError,
} from "../errors.ts";
import type { DatasetAnswer, DatasetOrder } from "./dataset-process.ts";
import { longestValue } from "./memory-limit.ts";
import { MEMORY_EXCEEDED, WHY_PIPE } from "./process-watch.ts";

const PROCESS = fileURLToPath(new URL("./dataset-process.ts", import.meta.url));

/** What a dataset may take. */
export interface DatasetLimits {
  /** For one dataset. Milliseconds. */
  timeoutMs: number;
  /** For its process and this one together. */
  memoryBytes: number;
}

/** A report is there by morning, or says why it is not; beside the ledger it holds fonts, charts and documents. */
export const DATASET_LIMITS: DatasetLimits = { timeoutMs: 300_000, memoryBytes: 2 * 2 ** 30 };

type Bound = Extract<DatasetOrder, { kind: "ask" }>["bound"];
type Rows = Extract<DatasetAnswer, { kind: "rows" }>["rows"];

/**
 * Reads the datasets of reports from a SQLite file, in a process of its own: SQLite cannot be interrupted from
 * JavaScript, a process can be killed. It starts with the first dataset. Orders are answered one after the other.
 */
export class DatasetSession {
  readonly #path: string;
  readonly #temporary: readonly string[];
  #child: ChildProcess | undefined;
  #why = "";
  #isBegun = false;
  #last: Promise<unknown> = Promise.resolve();

  /** @param temporary statements that make what is there for this connection alone, such as an audience's views */
  constructor(path: string, temporary: readonly string[]) {
    this.#path = path;
    this.#temporary = temporary;
  }

  /** From here on all datasets are of one moment. */
  begin(): void {
    this.#isBegun = true;
    if (this.#child !== undefined) this.#inTurn({ kind: "begin" });
  }

  end(): void {
    this.#isBegun = false;
    if (this.#child !== undefined) this.#inTurn({ kind: "end" });
  }

  /**
   * The rows of one SELECT.
   *
   * @throws QueryError, DatasetTimeoutError, DatasetMemoryError, UnreadableLedgerError, QueryProcessError
   */
  async ask(sql: string, bound: Bound, limits = DATASET_LIMITS): Promise<Rows> {
    if (this.#child === undefined) {
      this.#start(limits);
      const place = { path: this.#path, temporary: this.#temporary };
      this.#inTurn({ kind: "open", ...place, longestValue: longestValue(limits.memoryBytes) });
      if (this.#isBegun) this.#inTurn({ kind: "begin" });
    }
    return await this.#inTurn({ kind: "ask", sql, bound }, limits);
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #start({ memoryBytes }: DatasetLimits): void {
    this.#why = "";
    this.#child = fork(PROCESS, [String(process.pid), String(memoryBytes)], {
      serialization: "advanced",
      execArgv: ["--max-semi-space-size=2"],
      stdio: ["ignore", "ignore", "inherit", "ipc", "pipe"],
    });
    this.#child.stdio[WHY_PIPE]?.on("data", (chunk) => {
      this.#why += String(chunk);
    });
  }

  /** Sends an order when those before it are answered; whose error nobody waits for shows with the next dataset. */
  #inTurn(order: DatasetOrder, limits = DATASET_LIMITS): Promise<Rows> {
    const turn = this.#last.then(() => this.#send(order, limits));
    this.#last = turn.catch((error: unknown) => {
      if (order.kind !== "ask") throw error;
    });
    this.#last.catch(() => {});
    return turn;
  }

  async #send(order: DatasetOrder, { timeoutMs, memoryBytes }: DatasetLimits): Promise<Rows> {
    const child = this.#child;
    if (child === undefined) throw new QueryProcessError("it was closed");
    const { promise, resolve, reject } = Promise.withResolvers<DatasetAnswer>();
    // not "exit": what its watch wrote arrives before "close"
    const ended = () => reject(this.#ending(child, memoryBytes));
    const timer = setTimeout(() => {
      reject(new DatasetTimeoutError(timeoutMs));
      this.close();
    }, timeoutMs);
    child.once("message", resolve);
    child.once("close", ended);
    child.once("error", reject);
    if (child.exitCode !== null || child.signalCode !== null) ended();
    // an error of sending is an end of the process, which is reported by itself
    child.send(order, () => {});
    try {
      return this.#rowsOf(await promise);
    } finally {
      clearTimeout(timer);
      child.off("message", resolve);
      child.off("close", ended);
      child.off("error", reject);
    }
  }

  #ending({ signalCode, exitCode }: ChildProcess, memoryBytes: number): Error {
    this.#child = undefined;
    // V8 aborts where its own heap has no room
    const isMemory = this.#why === MEMORY_EXCEEDED || signalCode === "SIGABRT";
    return isMemory
      ? new DatasetMemoryError(memoryBytes)
      : new QueryProcessError(signalCode ?? `status ${exitCode}`);
  }

  #rowsOf(answer: DatasetAnswer): Rows {
    if (answer.kind === "rows") return answer.rows;
    if (answer.kind === "done") return [];
    if (isDamage(answer.why)) throw new UnreadableLedgerError(this.#path, answer.why);
    throw new QueryError(answer.why);
  }
}
