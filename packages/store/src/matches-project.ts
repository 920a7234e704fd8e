/** Whether a pattern fits the whole of a text; `*` stands for any text, everything else for itself. */
function fits(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of others) {
    const at = text.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Whether one of some patterns fits a project's name or its id. Capitals count. */
export const matchesProject = (
  patterns: readonly string[],
  { projectName, projectId }: { projectName: string; projectId: string },
): boolean => patterns.some((pattern) => fits(pattern, projectName) || fits(pattern, projectId));
