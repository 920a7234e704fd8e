const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** How many members the objects of a JSON value have in all. It keeps a stack of its own: no nesting is too deep. */
export function countMembers(json: unknown): number {
  if (typeof json !== "object" || json === null) return 0;
  const waiting: object[] = [json];
  let count = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (Array.isArray(node)) {
      for (const item of node) if (typeof item === "object" && item !== null) waiting.push(item);
      continue;
    }
    for (const key in node) {
      count += 1;
      const value = (node as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null) waiting.push(value);
    }
  }
  return count;
}

function colonsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) count += 1;
  return count;
}

function colonsOutsideStrings(text: string): number {
  let count = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) inString = !inString;
    else if (unit === BACKSLASH) at += 1;
    else if (unit === COLON && !inString) count += 1;
  }
  return count;
}

/**
 * Whether a JSON text writes more members than JSON.parse kept of it. Each member has a colon, so a text with as many
 * colons as members repeats no key; only where it has more do those in its strings have to be left out.
 */
export const repeatsKeys = (text: string, kept: number): boolean =>
  colonsIn(text) > kept && colonsOutsideStrings(text) > kept;
