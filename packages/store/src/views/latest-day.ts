const HOURS = 14;

/**
 * Stands in a view for the day that it is where it is latest on earth (UTC+14), as `YYYY-MM-DD`: a night after it was
 * recorded under a clock that was ahead, and is not the latest of anything. What time zone a ledger counts in, its views
 * do not know.
 */
export const LATEST_DAY = "/* latest day */";

/** How each engine says it. */
export const HOW_LATEST_DAY = {
  sqlite: `date('now', '+${HOURS} hours')`,
  postgres: `to_char((now() AT TIME ZONE 'UTC') + interval '${HOURS} hours', 'YYYY-MM-DD')`,
} as const;

/**
 * How the ledger's views say it. SQLite's function of two arguments is in no other engine that reads the file, such as
 * DuckDB; so there it is the last night of the calendar whose day before has come to 10:00 UTC.
 */
export const LATEST_DAY_IN_VIEWS = {
  sqlite: `(SELECT MAX(here.data_date) FROM night here LEFT JOIN night eve ON eve.day_number = here.day_number - 1
        WHERE eve.data_date IS NULL OR eve.data_date || ' ${24 - HOURS}:00:00' <= SUBSTR(CAST(CURRENT_TIMESTAMP AS TEXT), 1, 19))`,
  postgres: HOW_LATEST_DAY.postgres,
} as const;

/** The same day, for who asks the views from outside. */
export const latestDay = (now = new Date()): string =>
  new Date(now.getTime() + HOURS * 3_600_000).toISOString().slice(0, 10);

/**
 * The newest night up to then that a run recorded, asked of the views alone. Where a night lies in the future the
 * calendar reaches to it, so a day that is in the calendar says nothing.
 */
export const latestNightSql = (engine: keyof typeof HOW_LATEST_DAY): string =>
  `SELECT MAX(r.data_date) FROM run_history r JOIN night_daily n ON n.data_date = r.data_date
    WHERE r.kind = 'ingest' AND r.data_date <= ${HOW_LATEST_DAY[engine]}`;
