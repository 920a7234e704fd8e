import { CHANGE_VIEWS } from "./views/change.ts";
import { COVERAGE_VIEWS } from "./views/coverage.ts";
import { DELIVERY_VIEWS } from "./views/deliveries.ts";
import { EVIDENCE_VIEWS } from "./views/evidence.ts";
import { EXCEPTION_VIEWS } from "./views/exceptions.ts";
import type { ViewDefinition } from "./views/fragments.ts";
import { HEADLINE_VIEWS } from "./views/headline.ts";
import { HISTORY_VIEWS } from "./views/history.ts";
import { POINTS_BACK_VIEWS } from "./views/points-back.ts";
import { POLICY_VIEWS } from "./views/policies.ts";
import { PRESSURE_VIEWS } from "./views/pressure.ts";
import { QUALITY_VIEWS } from "./views/quality.ts";
import { RETRACTION_VIEWS } from "./views/retractions.ts";
import { RISK_VIEWS } from "./views/risk.ts";
import { RUN_STATISTICS_VIEWS } from "./views/run-statistics.ts";
import { SCOPE_VIEWS } from "./views/scope.ts";
import { SUMMARY_VIEWS } from "./views/summary.ts";
import { UNIT_VIEWS } from "./views/units.ts";
import { WATERFALL_VIEWS } from "./views/waterfall.ts";

/**
 * The SQL of each view, in the order of their dependence. Every figure a person sees is defined in `views/` and
 * nowhere else.
 */
export const VIEW_DEFINITIONS: readonly ViewDefinition[] = [
  ...RISK_VIEWS,
  ...COVERAGE_VIEWS,
  ...CHANGE_VIEWS,
  ...UNIT_VIEWS,
  ...PRESSURE_VIEWS,
  ...POLICY_VIEWS,
  ...QUALITY_VIEWS,
  ...SCOPE_VIEWS,
  ...RETRACTION_VIEWS,
  ...HISTORY_VIEWS,
  ...SUMMARY_VIEWS,
  ...POINTS_BACK_VIEWS,
  ...EVIDENCE_VIEWS,
  ...WATERFALL_VIEWS,
  ...HEADLINE_VIEWS,
  ...DELIVERY_VIEWS,
  ...EXCEPTION_VIEWS,
  ...RUN_STATISTICS_VIEWS,
];
