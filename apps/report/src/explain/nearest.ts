/** How many letters have to be put in, left out or changed to make one text of another. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const line = [row + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}

/** Those of the known texts that are most like a wanted one, the likest first. */
export function nearest(wanted: string, known: readonly string[], count: number): string[] {
  const text = wanted.slice(0, 200);
  return known
    .map((each) => ({ each, far: distance(text, each.slice(0, 200)) }))
    .sort((a, b) => a.far - b.far || (a.each < b.each ? -1 : 1))
    .slice(0, count)
    .map(({ each }) => each);
}
