/** A comment, a string or a quoted name, whole; a cast; or a parameter's name. */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:(?<name>[a-z_]\w*)/gi;

type Bound = string | number | bigint | null;

/** PostgreSQL wants to know the type of what is bound. */
const typeOf = (value: Bound): string =>
  typeof value === "bigint" || Number.isInteger(value)
    ? "bigint"
    : typeof value === "number"
      ? "double precision"
      : "text";

/** An SQL text in pieces: those that are a parameter's name, and what lies between. */
export function namesIn(sql: string): { token: string; name?: string }[] {
  const pieces: { token: string; name?: string }[] = [];
  let from = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const name = match.groups?.name;
    if (name === undefined) continue;
    pieces.push({ token: sql.slice(from, match.index) }, { token: match[0], name });
    from = match.index + match[0].length;
  }
  return [...pieces, { token: sql.slice(from) }];
}

/** An SQL text with `$1` in place of `:name`, as PostgreSQL takes it, and what is bound in that order. */
export function bindNames(
  sql: string,
  parameters: Readonly<Record<string, Bound>>,
): { text: string; values: (string | number | null)[] } {
  const names: string[] = [];
  const text = sql.replace(TOKEN, (token, ...rest) => {
    const { name } = rest.at(-1) as { name?: string };
    const value = name === undefined ? undefined : parameters[name];
    if (name === undefined || value === undefined) return token;
    if (!names.includes(name)) names.push(name);
    return `CAST($${names.indexOf(name) + 1} AS ${typeOf(value)})`;
  });
  const values = names.map((name) => {
    const value = parameters[name] ?? null;
    return typeof value === "bigint" ? value.toString() : value;
  });
  return { text, values };
}
