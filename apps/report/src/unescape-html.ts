const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#x27": "'",
  "#x60": "`",
  "#x3D": "=",
};

/** What Handlebars' escaping makes of a text, undone. */
export const unescapeHtml = (escaped: string): string =>
  escaped.replace(/&(amp|lt|gt|quot|#x27|#x60|#x3D);/g, (whole, name: string) => ENTITIES[name] ?? whole);
