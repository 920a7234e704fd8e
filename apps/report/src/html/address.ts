/** An address as a browser reads it: without the white space and control characters that it drops. */
export const plainAddress = (address: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a browser drops
  address.replace(/[\t\n\r]/g, "").replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, "");

/** What an address begins with. A font has a hundred thousand characters, and what counts is before them. */
const begin = (address: string): string => plainAddress(address.slice(0, 256));

/** A place in the document itself. */
export const isFragment = (address: string): boolean => begin(address).startsWith("#");

/** What an `<a>` may lead to: nothing is asked of it until a reader follows it. */
export const isLink = (address: string): boolean => /^(?:#|https:\/\/|mailto:)/i.test(begin(address));

/** A font within the document. */
export const isFontData = (address: string): boolean =>
  /^data:(?:font\/[\w.+-]+|application\/(?:x-)?font-[\w-]+)[;,]/i.test(begin(address));

/** The kind of a picture within the document, such as `png` or `svg+xml`; null for any other address. */
export const pictureKind = (address: string): string | null =>
  /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.exec(begin(address))?.[1]?.toLowerCase() ?? null;
