import type { Format } from "./format.ts";

/** Every format rows can be written in; its code is loaded when it is asked for. */
export const FORMATS = {
  table: { binary: false, load: async (): Promise<Format> => (await import("./table.ts")).tableFormat },
  csv: { binary: false, load: async (): Promise<Format> => (await import("./csv.ts")).csvFormat },
  json: { binary: false, load: async (): Promise<Format> => (await import("./json.ts")).jsonFormat },
  ndjson: { binary: false, load: async (): Promise<Format> => (await import("./ndjson.ts")).ndjsonFormat },
  xlsx: { binary: true, load: async (): Promise<Format> => (await import("./xlsx.ts")).xlsxFormat },
  parquet: { binary: true, load: async (): Promise<Format> => (await import("./parquet.ts")).parquetFormat },
} as const;

export type FormatName = keyof typeof FORMATS;

export const isFormat = (name: string): name is FormatName => Object.hasOwn(FORMATS, name);
