/** Passes each sentence on once: every report of a night starts a browser, and each would warn of the same. */
export function warnOnce(warn: ((sentence: string) => void) | undefined): (sentence: string) => void {
  const given = new Set<string>();
  return (sentence) => {
    if (given.has(sentence)) return;
    given.add(sentence);
    warn?.(sentence);
  };
}
