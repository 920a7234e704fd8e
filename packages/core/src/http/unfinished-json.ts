const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Whether a body begins as JSON and ends before its first bracket is closed. Whether the rest is JSON is not asked. */
export function isUnfinished(body: Buffer): boolean {
  if (!/^(\ufeff)?\s*[{[]/.test(body.toString("utf8", 0, 64))) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) inString = !inString;
    else if (inString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === OBJECT || byte === ARRAY) depth += 1;
    else if (byte === OBJECT_END || byte === ARRAY_END) depth -= 1;
  }
  return inString || depth > 0;
}
