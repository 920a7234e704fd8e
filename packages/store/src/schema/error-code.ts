/** The engine's own code of an error, such as `42P07`; undefined where it has none. */
export const errorCode = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
