import type { ViewDefinition } from "./fragments.ts";

/** Who got what. What was in it is in the edition's files. */
export const DELIVERY_VIEWS: readonly ViewDefinition[] = [
  [
    "delivery_history",
    `SELECT id AS delivery_id, data_date, report, audience, subject, locale, kind, edition, channel, recipient, state,
        attempts, answer, message_id, created_at, updated_at, next_try_at
      FROM delivery`,
  ],
  ["delivery_event_history", 'SELECT id AS event_id, delivery_id, "at", state, answer FROM delivery_event'],
  [
    "delivery_daily",
    `SELECT data_date, kind, channel, state, COUNT(*) AS deliveries
      FROM delivery GROUP BY data_date, kind, channel, state`,
  ],
];
