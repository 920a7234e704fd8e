export type Json = Record<string, unknown>;

/** Whether a value is an object of JSON. */
export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
