import { isUtf8 } from "node:buffer";

/** What is odd about a JSON text: a text in it that no database takes as it came, or a key that an object repeats. */
export interface JsonOddity {
  kind: "not_utf8" | "surrogate" | "nul" | "repeated" | "contradicted";
  /** Keys and indexes from the root on, the first ten of them. */
  path: readonly (string | number)[];
}

/** So many oddities are named, and so many steps of a path. */
const MOST = 20;
const STEPS = 10;

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const SPACE = 0x20;

/** An object or a list that is not closed yet. Values are known by numbers: equal ones have the same. */
interface Open {
  members: Map<string, number> | null;
  items: number[];
  key: string | null;
}

/** Where a string or a bare word ends that begins at `from`: after its last byte. */
function endOf(body: Buffer, from: number): number {
  let at = from + 1;
  if (body[from] === QUOTE) {
    while (body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
    return at + 1;
  }
  for (; at < body.length; at += 1) {
    const byte = body[at] as number;
    if (byte <= SPACE || byte === COMMA || byte === OBJECT_END || byte === ARRAY_END) break;
  }
  return at;
}

/** Numbers as JSON.parse reads them; those that it cannot keep exactly, as they are written: long ones, 1e400, 1e-400. */
function numberText(word: string): string {
  const value = Number(word);
  const isLost =
    word.length >= 16 || value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
  return isLost || (value === 0 && /^-?[0.]*[1-9]/.test(word)) ? word : String(value);
}

/**
 * Everything that is odd about a body that JSON.parse has read, in the order in which it comes; a value that is
 * contradicted is named although JSON.parse drops it. Keeps a stack of its own: no nesting is too deep.
 */
export function surveyJson(body: Buffer, start: number): JsonOddity[] {
  const oddities: JsonOddity[] = [];
  const numbers = new Map<string, number>();
  const stack: Open[] = [];

  const note = (kind: JsonOddity["kind"]): void => {
    if (oddities.length >= MOST && kind !== "contradicted") return;
    if (oddities.length >= 2 * MOST) return;
    const path = stack
      .slice(0, STEPS)
      .map(({ members, items, key }) => (members ? (key ?? "") : items.length));
    oddities.push({ kind, path });
  };
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const settle = (value: number): void => {
    const open = stack.at(-1);
    if (open === undefined) return;
    if (open.members === null) {
      open.items.push(value);
      return;
    }
    const key = open.key ?? "";
    const before = open.members.get(key);
    if (before !== undefined) note(before === value ? "repeated" : "contradicted");
    open.members.set(key, value);
    open.key = null;
  };
  const close = (): void => {
    const { members, items } = stack.pop() as Open;
    settle(numberOf(members ? `o${JSON.stringify([...members].sort())}` : `a${items.join()}`));
  };
  const checkText = (bytes: Buffer, text: string): void => {
    if (!isUtf8(bytes)) note("not_utf8");
    if (!text.isWellFormed()) note("surrogate");
    if (text.includes("\0")) note("nul");
  };
  const readString = (bytes: Buffer): void => {
    const text = JSON.parse(bytes.toString("utf8")) as string;
    const open = stack.at(-1);
    const isKey = open !== undefined && open.members !== null && open.key === null;
    if (isKey) open.key = text;
    checkText(bytes, text);
    if (!isKey) settle(numberOf(`s${text}`));
  };

  for (let at = start; at < body.length; ) {
    const byte = body[at] as number;
    if (byte <= SPACE || byte === COMMA || byte === COLON) at += 1;
    else if (byte === OBJECT || byte === ARRAY) {
      stack.push({ members: byte === OBJECT ? new Map() : null, items: [], key: null });
      at += 1;
    } else if (byte === OBJECT_END || byte === ARRAY_END) {
      close();
      at += 1;
    } else {
      const end = endOf(body, at);
      const bytes = body.subarray(at, end);
      if (byte === QUOTE) readString(bytes);
      else settle(numberOf(`n${numberText(bytes.toString("latin1"))}`));
      at = end;
    }
  }
  return oddities;
}
