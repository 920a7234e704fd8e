/** What an engine does not understand, or does not let be read: SQLite, then PostgreSQL. */
const NAMED =
  /no such (?:column|table|function): (\S+)|near "([^"]+)"|(?:column|relation) "?([^" ]+)"? does not exist|function (\w+)|^"([^"]+)" is n/;

/** `line 3, SELECT …: ` of the one line of SQL that an engine's message is about; empty where that is not sure. */
export function lineOfSql(sql: string, message: string): string {
  const name = NAMED.exec(message)
    ?.slice(1)
    .find((each) => each !== undefined);
  if (name === undefined) return "";
  const found = sql.split("\n").flatMap((text, index) => {
    const code = text.replace(/--.*$/, "");
    return code.split(/[^\w.]+/).includes(name) ? [`line ${index + 1}, ${code.trim()}: `] : [];
  });
  return found.length === 1 ? (found[0] ?? "") : "";
}
