const LONGEST = 40;

/** A name as part of a file name on any system: small ASCII letters, digits and single hyphens; "" if nothing is left. */
export const safeSlug = (name: string): string =>
  name
    .slice(0, 1000)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-|-$/g, "");
