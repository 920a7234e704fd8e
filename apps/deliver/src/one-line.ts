/** A text on one line: what others say ends up in headers, tables and mails. */
export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, " ").trim();
