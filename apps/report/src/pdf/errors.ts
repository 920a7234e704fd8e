/** The bytes are no PDF, or one that is broken. */
export class PdfSyntaxError extends Error {
  override name = "PdfSyntaxError";

  constructor(why: string) {
    super(`This is no PDF that can be read: ${why}. Print the report again.`);
  }
}
