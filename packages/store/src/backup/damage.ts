/** What SQLite says of a file that is not what it was: malformed, no database any more, or cut short. */
const CODES = /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/;
const WORDS = /database disk image is malformed|file is not a database|malformed database schema/;

/** Whether an error, or what caused it, is a damaged file; of another process only its words are known. */
export function isDamage(error: unknown): boolean {
  if (typeof error === "string") return WORDS.test(error);
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return CODES.test(code) || WORDS.test(error.message) || isDamage(error.cause);
}
