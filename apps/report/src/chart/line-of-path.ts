import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";

const LONGEST = 80;

/** Where a step leads to, and where it begins in the text: at the key, or at the element of a list. */
function step(node: unknown, key: string | number): { next: unknown; at: number | undefined } {
  if (isSeq(node) && typeof key === "number") {
    const next = node.items[key] as Node | undefined;
    return { next, at: next?.range?.[0] };
  }
  // of two with the same name JSON takes the later one
  const pair = isMap(node)
    ? node.items.findLast(({ key: own }) => (own as { value?: unknown } | null)?.value === key)
    : undefined;
  return { next: pair?.value, at: (pair?.key as Node | null | undefined)?.range?.[0] };
}

/** `line 3, "url": "a.csv": ` of a place in JSON; empty where it is not to be found. */
export function lineOfPath(json: string, path: readonly (string | number)[]): string {
  const counter = new LineCounter();
  // JSON is YAML, too, and this parser knows where each thing stands
  let node: unknown = parseDocument(json, {
    lineCounter: counter,
    uniqueKeys: false,
    logLevel: "silent",
  }).contents;
  let found: number | undefined;
  for (const key of path) {
    const { next, at } = step(node, key);
    [node, found] = [next, at];
  }
  if (found === undefined) return "";
  const { line } = counter.linePos(found);
  const text = (json.split("\n")[line - 1] ?? "").trim();
  return `line ${line}, ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}: `;
}
