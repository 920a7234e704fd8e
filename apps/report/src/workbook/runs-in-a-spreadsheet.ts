/**
 * Whether a spreadsheet would take a text for a formula: it begins with = + - @, as they are or full-width, or with
 * a control character, which some drop before they look.
 */
export const runsInASpreadsheet = (text: string): boolean => /^[=+\-@＝＋－＠\p{Cc}]/u.test(text);
