import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isDamage } from "../backup/damage.ts";
import {
  QueryError,
  QueryMemoryError,
  QueryProcessError,
  QueryRefusedError,
  UnreadableLedgerError,
} from "../errors.ts";
import type { QueryMessage, QueryStart } from "../query-message.ts";
import { MEMORY_EXCEEDED, WHY_PIPE } from "./process-watch.ts";

const PROCESS = fileURLToPath(new URL("../query-process.ts", import.meta.url));

type Answer = Extract<QueryMessage, { kind: "columns" | "batch" }>;

/**
 * The process that runs a statement of somebody else over a SQLite file: SQLite cannot be interrupted from JavaScript,
 * a process can be killed. It watches its own memory together with that of this one.
 */
export class QueryChild {
  readonly #path: string;
  readonly #memoryBytes: number;
  readonly #child: ChildProcess;
  #why = "";

  constructor(path: string, memoryBytes: number) {
    this.#path = path;
    this.#memoryBytes = memoryBytes;
    this.#child = fork(PROCESS, [String(process.pid), String(memoryBytes)], {
      serialization: "advanced",
      execArgv: ["--max-semi-space-size=2"],
      stdio: ["ignore", "ignore", "inherit", "ipc", "pipe"],
    });
    this.#child.stdio[WHY_PIPE]?.on("data", (chunk) => {
      this.#why += String(chunk);
    });
  }

  /**
   * Sends a message, and listens from then on, so that an answer is received whenever it comes.
   *
   * @throws QueryRefusedError, QueryError, QueryMemoryError, UnreadableLedgerError, QueryProcessError
   */
  async ask(message: QueryStart | "next"): Promise<Answer> {
    const child = this.#child;
    const { promise, resolve, reject } = Promise.withResolvers<QueryMessage>();
    // not "exit": what its watch wrote arrives before "close"
    const ended = () => reject(this.#ending());
    child.once("message", resolve);
    child.once("close", ended);
    child.once("error", reject);
    if (child.exitCode !== null || child.signalCode !== null) ended();
    // an error of sending is an end of the process, which is reported by itself
    child.send(message, () => {});
    try {
      return this.#unwrap(await promise);
    } finally {
      child.off("message", resolve);
      child.off("close", ended);
      child.off("error", reject);
    }
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #ending(): Error {
    const { signalCode, exitCode } = this.#child;
    // V8 aborts where its own heap has no room
    const isMemory = this.#why === MEMORY_EXCEEDED || signalCode === "SIGABRT";
    return isMemory
      ? new QueryMemoryError(this.#memoryBytes)
      : new QueryProcessError(signalCode ?? `status ${exitCode}`);
  }

  /** A batch's rows, or the columns; what the process found wrong is thrown. */
  #unwrap(message: QueryMessage): Answer {
    switch (message.kind) {
      case "refused":
        throw new QueryRefusedError(message.why);
      case "unanswered":
        if (isDamage(message.why)) throw new UnreadableLedgerError(this.#path, message.why);
        throw new QueryError(message.why);
      case "unreadable":
        throw new UnreadableLedgerError(this.#path, message.why);
      case "tooLong":
        throw new QueryMemoryError(this.#memoryBytes, message.why);
      default:
        return message;
    }
  }
}
