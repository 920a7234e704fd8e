/** Bytes as lower-case hexadecimal text, and seconds since 1970 as ISO 8601, which each engine writes its own way. */
interface Words {
  hex(bytes: string): string;
  instant(seconds: string): string;
}

const SQLITE: Words = {
  // HEX of null is empty text
  hex: (bytes) => `CASE WHEN ${bytes} IS NOT NULL THEN LOWER(HEX(${bytes})) END`,
  instant: (seconds) => `strftime('%Y-%m-%dT%H:%M:%S.000Z', ${seconds}, 'unixepoch')`,
};

const POSTGRES: Words = {
  hex: (bytes) => `encode(${bytes}, 'hex')`,
  instant: (seconds) =>
    `to_char(to_timestamp(${seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
};

const evidence = ({ hex, instant }: Words) =>
  `SELECT s.data_date, s.target_id, s.run_id, ${instant("s.fetched_at")} AS fetched_at,
        ${hex("p.hash")} AS payload_sha256, ${hex("r.hash")} AS risk_list_sha256, ${hex("e.chain_hash")} AS run_seal
      FROM snapshot s JOIN payload p ON p.id = s.payload_id JOIN risk_list r ON r.id = s.risk_list_id
      LEFT JOIN run_seal e ON e.run_id = s.run_id`;

/** The private views whose SQL is not one text on both engines: kept few, and read by the others like tables. */
export const engineViews = (engine: "sqlite" | "postgres"): readonly (readonly [string, string])[] => [
  ["snapshot_evidence", evidence(engine === "sqlite" ? SQLITE : POSTGRES)],
];
