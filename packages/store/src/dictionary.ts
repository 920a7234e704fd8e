import { CHANGE_ENTRIES } from "./dictionary/change.ts";
import { COVERAGE_ENTRIES } from "./dictionary/coverage.ts";
import { DELIVERY_ENTRIES } from "./dictionary/deliveries.ts";
import type { ColumnEntry, Entries } from "./dictionary/entry.ts";
import { EVIDENCE_ENTRIES } from "./dictionary/evidence.ts";
import { EXCEPTION_ENTRIES } from "./dictionary/exceptions.ts";
import { HEADLINE_ENTRIES } from "./dictionary/headline.ts";
import { HISTORY_ENTRIES } from "./dictionary/history.ts";
import { POINTS_BACK_ENTRIES } from "./dictionary/points-back.ts";
import { POLICY_ENTRIES } from "./dictionary/policies.ts";
import { PRESSURE_ENTRIES } from "./dictionary/pressure.ts";
import { QUALITY_ENTRIES } from "./dictionary/quality.ts";
import { RETRACTION_ENTRIES } from "./dictionary/retractions.ts";
import { RISK_ENTRIES } from "./dictionary/risk.ts";
import { RUN_STATISTICS_ENTRIES } from "./dictionary/run-statistics.ts";
import { SCOPE_ENTRIES } from "./dictionary/scope.ts";
import { SUMMARY_ENTRIES } from "./dictionary/summary.ts";
import { UNIT_ENTRIES } from "./dictionary/units.ts";
import type { Views } from "./views.ts";

/** What every view and every column means. */
const ENTRIES: Entries<keyof Views> = {
  ...RISK_ENTRIES,
  ...COVERAGE_ENTRIES,
  ...CHANGE_ENTRIES,
  ...UNIT_ENTRIES,
  ...PRESSURE_ENTRIES,
  ...POLICY_ENTRIES,
  ...QUALITY_ENTRIES,
  ...SCOPE_ENTRIES,
  ...RETRACTION_ENTRIES,
  ...HISTORY_ENTRIES,
  ...SUMMARY_ENTRIES,
  ...POINTS_BACK_ENTRIES,
  ...EVIDENCE_ENTRIES,
  ...HEADLINE_ENTRIES,
  ...DELIVERY_ENTRIES,
  ...EXCEPTION_ENTRIES,
  ...RUN_STATISTICS_ENTRIES,
};

/** A view of the data dictionary. */
export interface DictionaryView {
  view: string;
  meaning: string;
  /** The columns that a row is found by. */
  key: readonly string[];
  /** The view that it goes into the details of, and the columns that join them; null where it stands alone. */
  joins: { view: string; on: readonly string[] } | null;
  columns: readonly DictionaryColumn[];
}

/** A column of the data dictionary. */
export interface DictionaryColumn {
  column: string;
  meaning: string;
  unit: string | null;
  /** The operation, and the table of its documentation, that it is from; null where it is ours. */
  source: string | null;
}

const columnsOf = (entries: Readonly<Record<string, ColumnEntry>>): DictionaryColumn[] =>
  Object.entries(entries).map(([column, [meaning, unit = null, source = null]]) => ({
    column,
    meaning,
    unit,
    source,
  }));

/** The data dictionary: the public contract of the database, in words. */
export const DICTIONARY: readonly DictionaryView[] = Object.entries(ENTRIES).map(
  ([view, { meaning, key, of, columns }]) => ({
    view,
    meaning,
    key,
    joins: of === undefined ? null : { view: of, on: ENTRIES[of].key },
    columns: columnsOf(columns),
  }),
);
