import { type Once, once, type Text } from "./text-rows.ts";

/** Where a text leads: to those that come after it, and to what all texts up to it are. */
interface Branch {
  next: Map<Text, Branch>;
  once?: Once;
}

/** So many are known at a time. */
const LIMIT = 2000;

/**
 * The texts seen lately. Where they recur with every answer, to find them here is cheaper than to hash them. Nothing
 * depends on what is known.
 */
export class KnownTexts {
  #root: Branch = { next: new Map() };
  #size = 0;

  /** The same object for the same texts, while they are known. */
  once(...texts: readonly Text[]): Once {
    let branch = this.#root;
    for (const text of texts) branch = this.#next(branch, text);
    branch.once ??= once(...texts);
    return branch.once;
  }

  #next({ next }: Branch, text: Text): Branch {
    const known = next.get(text);
    if (known !== undefined) return known;
    if (this.#size >= LIMIT) {
      this.#root = { next: new Map() };
      this.#size = 0;
    }
    this.#size += 1;
    const branch = { next: new Map() };
    next.set(text, branch);
    return branch;
  }
}
