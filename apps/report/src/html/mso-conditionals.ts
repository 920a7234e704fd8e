/**
 * What Outlook for Windows alone reads, since it lays out with Word: a table of 600 pixels around a mail's sheet in
 * place of `max-width`, which Word does not know, and the resolution that its pixels are of. To all others these are
 * comments. Nothing in them names an address or runs, and the gate lets these pass as they stand, letter by letter.
 */
export const MSO_CONDITIONALS: readonly string[] = [
  "<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->",
  '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td width="600"><![endif]-->',
  "<!--[if mso]></td></tr></table><![endif]-->",
];

const TEXTS: ReadonlySet<string> = new Set(MSO_CONDITIONALS.map((comment) => comment.slice(4, -3)));

/** Whether the text of a comment is one of ours. */
export const isMsoConditional = (text: string): boolean => TEXTS.has(text);

/** A document with a comment of one word in the place of each: what is around it is read as before. */
export const withPlainComments = (html: string): string =>
  MSO_CONDITIONALS.reduce((left, comment) => left.replaceAll(comment, "<!--mso-->"), html);
