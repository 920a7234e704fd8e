/** How raw answers are kept, and the room they take. */
export const payloadStorage = [
  "payload_storage",
  `SELECT 'deflated' AS form, COUNT(*) AS payloads, COALESCE(SUM(LENGTH(p.deflated)), 0) AS stored_bytes
      FROM payload p WHERE NOT EXISTS (SELECT 1 FROM packed_payload k WHERE k.payload_id = p.id)
      UNION ALL
      SELECT 'packed' AS form, (SELECT COUNT(*) FROM packed_payload) AS payloads,
        COALESCE(SUM(LENGTH(b.packed)), 0) AS stored_bytes
      FROM payload_block b`,
] as const;
