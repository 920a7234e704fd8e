import { isJson, type Json } from "./json.ts";

/** What a chart may not have, and where it stands. */
export interface ChartReference {
  /** Keys and indexes from the top. */
  path: readonly (string | number)[];
  why: string;
}

const ROWS = "a chart draws the rows that its template gives it, and reads nothing else";
const PAPER = "a report is paper: it follows no reader's hand";

/** Keys that lead out of a chart, wherever they stand. */
const REFUSED: Readonly<Record<string, string>> = {
  url: `"url" asks for a file or an address; ${ROWS}`,
  href: `"href" is a link; a chart has none`,
  loader: `"loader" is no setting of a chart; ${ROWS}`,
  select: `"select" waits for events; ${PAPER}`,
  bind: `"bind" waits for events; ${PAPER}`,
  on: `"on" waits for events; ${PAPER}`,
  ["__proto__"]: `"__proto__" is no setting of a chart`,
};

function whyNot(key: string, value: unknown): string | null {
  if (Object.hasOwn(REFUSED, key)) return REFUSED[key] ?? null;
  if ((key === "mark" || key === "type") && value === "image")
    return `an image is read from an address; ${ROWS}`;
  const odd =
    key === "usermeta" && isJson(value) ? Object.keys(value).find((each) => each !== "values") : undefined;
  return odd === undefined ? null : `"usermeta" takes "values" alone, not ${JSON.stringify(odd)}`;
}

function inObject(json: Json, path: ChartReference["path"]): ChartReference | null {
  for (const [key, value] of Object.entries(json)) {
    const here = [...path, key];
    const why = whyNot(key, value);
    const found = why === null ? findReference(value, here) : { path: here, why };
    if (found !== null) return found;
  }
  return null;
}

/**
 * The first thing at any depth of a spec, or of what it was compiled to, that would read a file, call an address,
 * link to one or wait for events; null where there is none. It is the better message: what a spec puts together while
 * it is drawn is refused by the loader.
 */
export function findReference(json: unknown, path: ChartReference["path"] = []): ChartReference | null {
  if (Array.isArray(json)) {
    for (const [index, each] of json.entries()) {
      const found = findReference(each, [...path, index]);
      if (found !== null) return found;
    }
  }
  return isJson(json) ? inObject(json, path) : null;
}
