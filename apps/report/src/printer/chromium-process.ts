import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionTransport } from "puppeteer-core";
import { removeBrowserFolder } from "./browser-folder.ts";
import { pipeTransport } from "./pipe-transport.ts";
import { groupIsGone, killGroup } from "./process-group.ts";

/** Enough of what Chromium complains of to tell why it did not start. */
const COMPLAINT_CHARACTERS = 4000;
const GONE_WITHIN_MS = 2000;
const LOOK_AGAIN_MS = 5;

/** Stays behind Chromium to tidy up after it: not even SIGKILL of ours leaves the folder. */
const TIDY = 'folder=$1; shift; "$@"; ended=$?; rm -rf "$folder"; exit $ended';

/** What Chromium may know of our environment: secrets are no part of it. */
const KNOWN =
  /^(PATH|HOME|LANG|LANGUAGE|LC_.*|TZ|LD_LIBRARY_PATH|FONTCONFIG_.*|XDG_.*|SYSTEMROOT|LOCALAPPDATA|WINDIR)$/i;

/**
 * Where it may write. Without these it leaves the dumps of its crashes, which hold what it printed, in its user's home.
 */
const WRITTEN = [
  "TMPDIR",
  "TEMP",
  "TMP",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
  "XDG_STATE_HOME",
] as const;

function environment(folder: string): NodeJS.ProcessEnv {
  const known = Object.entries(process.env).filter(([name]) => KNOWN.test(name));
  return { ...Object.fromEntries(known), ...Object.fromEntries(WRITTEN.map((name) => [name, folder])) };
}

function start(executable: string, flags: readonly string[], folder: string): ChildProcess {
  const [command, args] =
    process.platform === "win32"
      ? [executable, flags]
      : ["/bin/sh", ["-c", TIDY, "nightledger-browser", folder, executable, ...flags]];
  return spawn(command, args, {
    cwd: folder,
    detached: true, // the first of a group of its own, which can be ended as one
    env: environment(folder),
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    windowsHide: true,
  });
}

function pipes(child: ChildProcess): ConnectionTransport {
  const [, , , to, from] = child.stdio;
  if (!(to instanceof Writable && from instanceof Readable)) throw new Error("Chromium has no pipes.");
  return pipeTransport(to, from);
}

/** A Chromium's processes and its folder, from start to end. However we end, they end with us. */
export class ChromiumProcess {
  readonly transport: ConnectionTransport;
  /** Aborted when Chromium has ended, by us or by itself. */
  readonly ended: AbortSignal;
  /** The number of the process group; null if it did not start. */
  readonly group: number | null;
  #complaint = "";
  #exit: string | null = null;
  readonly #folder: string;
  readonly #closed: Promise<unknown>;
  readonly #exited: Promise<unknown>;
  #ending: Promise<void> | null = null;

  constructor(executable: string, flags: readonly string[], folder: string) {
    const ended = new AbortController();
    this.#folder = folder;
    const child = start(executable, flags, folder);
    this.group = child.pid ?? null;
    this.ended = ended.signal;
    this.transport = pipes(child);
    child.stderr?.on("data", (text) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_CHARACTERS);
    });
    process.on("exit", this.#atOnce);
    // a file that cannot be run has an "error" instead
    const failed = (error: Error) => {
      this.#complaint = error.message;
    };
    this.#closed = once(child, "close").catch(failed);
    this.#exited = once(child, "exit").then(([status, signal]) => {
      this.#exit = signal === null ? `exit status ${status}` : `signal ${signal}`;
    }, failed);
    this.#exited.then(() => {
      ended.abort(new Error("Chromium ended."));
      return this.end();
    });
  }

  /** When the process leaves without a word there is no time to wait. */
  readonly #atOnce = (): void => {
    if (this.group !== null) killGroup(this.group);
    removeBrowserFolder(this.#folder);
  };

  /** Ends all processes at once and leaves nothing of theirs. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    if (this.group !== null) {
      killGroup(this.group);
      for (let ms = 0; !groupIsGone(this.group) && ms < GONE_WITHIN_MS; ms += LOOK_AGAIN_MS) {
        await sleep(LOOK_AGAIN_MS);
      }
    }
    this.transport.close();
    removeBrowserFolder(this.#folder);
    process.off("exit", this.#atOnce);
  }

  /**
   * Ends it, and gives the end of what it wrote to stderr; and how it ended by itself, null if it was ended by us. One
   * that is about to end by itself has `graceMs` to do so: its pipes close first.
   */
  async lastWords(graceMs: number): Promise<{ stderr: string; exit: string | null }> {
    await Promise.race([this.#exited, sleep(graceMs)]);
    const exit = this.#exit;
    await this.end();
    await this.#closed;
    return { stderr: this.#complaint, exit };
  }
}
