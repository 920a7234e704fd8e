/** `line 3, "width" 8: ` of the place at which JSON cannot be read; empty where the message does not tell. */
export function lineOfJson(json: string, message: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined && !message.includes("end of JSON")) return "";
  const before = position === undefined ? json.trimEnd() : json.slice(0, Number(position));
  const line = before.split("\n").length;
  return `line ${line}, ${(json.split("\n")[line - 1] ?? "").trim()}: `;
}
