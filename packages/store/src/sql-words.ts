/** A comment, a string or a quoted name, whole; else a word, a semicolon or any other character. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|[\p{L}_][\p{L}\p{N}_$]*|[^\s]/gu;

/**
 * The words and signs of an SQL text in lower case. Comments are left out, a string is `''`, and a quoted name stands
 * in double quotes, whichever it had.
 */
export function sqlWords(sql: string): string[] {
  const words: string[] = [];
  for (const [token] of sql.toLowerCase().matchAll(TOKEN)) {
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    if (token.startsWith("'")) words.push("''");
    else words.push(/^["`[]/.test(token) ? `"${token.slice(1, -1)}"` : token);
  }
  return words;
}
