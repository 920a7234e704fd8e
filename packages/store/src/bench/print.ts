/** A figure of a benchmark, and what it is the figure of. */
export const print = (figure: string, what: string): void => {
  process.stdout.write(`${figure.padStart(9)}  ${what}\n`);
};

/** A ratio within one run. */
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
