import { sqlWords } from "./sql-words.ts";

/** A SELECT, or what else stands in parentheses. */
interface Part {
  /** Names that its WITH has defined so far. */
  defined: Set<string>;
  inWith: boolean;
  isSelect: boolean;
  inFrom: boolean;
  /** Whether what follows is read from. */
  reads: boolean;
}

const END_OF_FROM = new Set([
  "where",
  "group",
  "having",
  "window",
  "order",
  "limit",
  "union",
  "intersect",
  "except",
]);
const NO_NAME = new Set(["lateral", "only"]);

const part = (reads: boolean): Part => ({
  defined: new Set(),
  inWith: false,
  isSelect: false,
  inFrom: reads,
  reads,
});

/**
 * The tables, views and functions that an SQL text reads from, as it names them (`main.night`), in lower case. Names
 * that it defines itself, before it reads from them, are none.
 */
export function relationsRead(sql: string): string[] {
  const words = sqlWords(sql);
  const parts: Part[] = [part(false)];
  const found = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const own = parts.at(-1) ?? part(false);
    if (word === "(") {
      parts.push(part(own.reads));
      own.reads = false;
    } else if (word === ")") {
      if (parts.length > 1) parts.pop();
    } else if (word === "with") own.inWith = true;
    else if (word === "select")
      Object.assign(own, { isSelect: true, inWith: false, inFrom: false, reads: false });
    else if (own.inWith) {
      if (/^(with|recursive|,)$/.test(words[at - 1] ?? "") && word !== "recursive") own.defined.add(word);
    } else if (word === "from") {
      // not that of IS DISTINCT FROM, nor that of a function
      if (own.isSelect && words[at - 1] !== "distinct") Object.assign(own, { inFrom: true, reads: true });
    } else if (word === "join") own.reads = true;
    else if (word === "," && own.inFrom) own.reads = true;
    else if (END_OF_FROM.has(word)) Object.assign(own, { inFrom: false, reads: false });
    else if (own.reads && !NO_NAME.has(word)) {
      let name = word;
      for (; words[at + 1] === "."; at += 2) name += `.${words[at + 2] ?? ""}`;
      own.reads = false;
      if (!parts.some(({ defined }) => defined.has(name))) found.add(name.replaceAll('"', ""));
    }
  }
  return [...found];
}
