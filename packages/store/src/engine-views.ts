/** Bytes as lower-case hexadecimal text, and seconds since 1970 as ISO 8601, which each engine writes its own way. */
interface Words {
  hex(bytes: string): string;
  instant(seconds: string): string;
  /** The elements of a JSON array of arrays, as `e`. */
  each(json: string): string;
  /** A number of such an element, by its place. */
  item(place: number): string;
}

const SQLITE: Words = {
  // HEX of null is empty text
  hex: (bytes) => `CASE WHEN ${bytes} IS NOT NULL THEN LOWER(HEX(${bytes})) END`,
  instant: (seconds) => `strftime('%Y-%m-%dT%H:%M:%S.000Z', ${seconds}, 'unixepoch')`,
  each: (json) => `json_each(${json}) AS e`,
  item: (place) => `CAST(json_extract(e.value, '$[${place}]') AS BIGINT)`,
};

const POSTGRES: Words = {
  hex: (bytes) => `encode(${bytes}, 'hex')`,
  instant: (seconds) =>
    `to_char(to_timestamp(${seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
  each: (json) => `jsonb_array_elements(CAST(${json} AS jsonb)) AS e(value)`,
  item: (place) => `CAST(e.value ->> ${place} AS bigint)`,
};

const evidence = ({ hex, instant }: Words) =>
  `SELECT s.data_date, s.target_id, s.run_id, ${instant("s.fetched_at")} AS fetched_at,
        ${hex("p.hash")} AS payload_sha256, ${hex("r.hash")} AS risk_list_sha256, ${hex("COALESCE(l.chain_hash, e.chain_hash)")} AS run_seal
      FROM snapshot s JOIN payload p ON p.id = s.payload_id JOIN risk_list r ON r.id = s.risk_list_id
      LEFT JOIN run_seal e ON e.run_id = s.run_id
      LEFT JOIN ledger_seal l ON l.run_id = s.run_id AND l.kind = 'run'`;

const minutes = ({ each, item }: Words) =>
  `SELECT m.run_id, ${item(0)} AS minute, ${item(1)} AS calls, ${item(2)} AS fresh, ${item(3)} AS missing
      FROM run_measure m, ${each("m.minutes")}`;

const slowest = ({ each, item }: Words) =>
  `SELECT m.run_id, ${item(0)} AS target_id, ${item(1)} AS ms, ${item(2)} AS waited_ms, ${item(3)} AS attempts,
        ROW_NUMBER() OVER (PARTITION BY m.run_id ORDER BY ${item(1)} - ${item(2)} DESC, ${item(0)}) AS place
      FROM run_measure m, ${each("m.slowest")}`;

/** The private views whose SQL is not one text on both engines: kept few, and read by the others like tables. */
export const engineViews = (engine: "sqlite" | "postgres"): readonly (readonly [string, string])[] => {
  const words = engine === "sqlite" ? SQLITE : POSTGRES;
  return [
    ["snapshot_evidence", evidence(words)],
    ["run_minute_read", minutes(words)],
    ["run_slow_read", slowest(words)],
  ];
};
