/** A string from the cloud as it can be printed: filled in by the fonts' part. */
export const printable = (text: string): string => text;
