const LONGEST = 31;

/** Gives each sheet a name that Excel takes, and that no other sheet of the workbook has. */
export function sheetNames(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    const clean = wanted.replace(/[[\]:*?/\\\p{Cc}]/gu, " ").replace(/^'+|'+$/g, "") || "Sheet";
    for (let number = 1; ; number += 1) {
      const end = number === 1 ? "" : ` ${number}`;
      const name = clean.slice(0, LONGEST - end.length) + end;
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  };
}
