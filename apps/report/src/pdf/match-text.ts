import diff from "fast-diff";

/** A stretch that two texts have in common. */
interface Run {
  expected: number;
  found: number;
  length: number;
}

/** Where a part of the expected text was looked for. */
export interface Place {
  /** It stands there, whole and with a neighbour of its own beside it. */
  matched: boolean;
  start: number;
  end: number;
}

/** Two texts laid side by side: what only one of them has stands between the stretches they have in common. */
export class MatchedText {
  readonly #runs: Run[] = [];
  readonly #expected: string;
  readonly #found: string;

  constructor(expected: string, found: string) {
    this.#expected = expected;
    this.#found = found;
    const at = { expected: 0, found: 0 };
    for (const [kind, text] of diff(expected, found)) {
      if (kind === diff.EQUAL) this.#runs.push({ ...at, length: text.length });
      if (kind !== diff.INSERT) at.expected += text.length;
      if (kind !== diff.DELETE) at.found += text.length;
    }
  }

  /** The last run that begins at or before a place of the expected text. */
  #runAt(place: number): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.expected ?? 0) <= place) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  /** Where a part of the expected text stands in the other one, or what stands where it should. */
  place(start: number, end: number): Place {
    const index = this.#runAt(start);
    const run = this.#runs[index];
    const whole = run !== undefined && end <= run.expected + run.length;
    // a figure alone in its run may be the same digits of something else
    const alone = run !== undefined && run.length === end - start && this.#expected.length > run.length;
    if (whole && !alone) {
      const at = run.found + start - run.expected;
      return { matched: true, start: at, end: at + end - start };
    }
    return { matched: false, start: this.#before(start, index), end: this.#after(end) };
  }

  #before(start: number, index: number): number {
    const run = this.#runs[this.#runs[index]?.expected === start ? index - 1 : index];
    return run === undefined ? 0 : run.found + Math.min(run.length, start - run.expected);
  }

  #after(end: number): number {
    const index = this.#runAt(end);
    const run = this.#runs[index];
    if (run !== undefined && end < run.expected + run.length) return run.found + end - run.expected;
    return this.#runs[index + 1]?.found ?? this.#found.length;
  }
}
