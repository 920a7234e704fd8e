/** A comment, a string or a quoted name, whole; else a word, a semicolon or any other character. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|[\p{L}_][\p{L}\p{N}_$]*|[^\s]/gu;

/** The words and signs of an SQL text, words in lower case; what is in comments, strings and quotes is left out. */
export function sqlWords(sql: string): string[] {
  const words: string[] = [];
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    words.push(/^['"`[]/.test(token) ? "''" : token.toLowerCase());
  }
  return words;
}
