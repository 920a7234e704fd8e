import type { Terminal } from "./verb.ts";

const WIDTH = 28;

/** Progress as a bar that is drawn over itself on a terminal, and as a line now and then elsewhere. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #quiet: boolean;
  #label = "";
  #tenths = -1;

  constructor(terminal: Terminal, quiet = false) {
    this.#terminal = terminal;
    this.#quiet = quiet;
  }

  /** Shows that `done` of `total` of a step are done. */
  show(label: string, done: number, total: number): void {
    if (this.#quiet || total === 0) return;
    const tenths = Math.floor((done / total) * 10);
    const ended = done === total;
    if (this.#terminal.interactive) {
      const filled = Math.round((done / total) * WIDTH);
      const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
      this.#terminal.redraw(`  ${label.padEnd(22)} ${bar} ${done}/${total}`);
      if (ended) this.#terminal.err("\n");
    } else if (label !== this.#label || tenths > this.#tenths) {
      this.#terminal.err(`${label}: ${done} of ${total}\n`);
    }
    this.#label = label;
    this.#tenths = tenths;
  }
}
