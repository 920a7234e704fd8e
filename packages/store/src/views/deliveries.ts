import type { ViewDefinition } from "./fragments.ts";

/** Who got what. What was in it is in the edition's files. */
export const DELIVERY_VIEWS: readonly ViewDefinition[] = [
  [
    "delivery_history",
    `SELECT d.id AS delivery_id, d.data_date, d.report, d.audience, d.subject, d.locale, d.kind, d.edition, d.channel,
        d.recipient, d.state, d.attempts, d.answer, d.message_id, d.created_at, d.updated_at, d.next_try_at,
        COALESCE(s.sends, 0) AS sends
      FROM delivery d
      LEFT JOIN (SELECT delivery_id, COUNT(*) AS sends FROM delivery_event WHERE state = 'sent' GROUP BY delivery_id) s
        ON s.delivery_id = d.id`,
  ],
  ["delivery_event_history", 'SELECT id AS event_id, delivery_id, "at", state, answer FROM delivery_event'],
  [
    "delivery_daily",
    `SELECT data_date, kind, channel, state, COUNT(*) AS deliveries
      FROM delivery GROUP BY data_date, kind, channel, state`,
  ],
];
