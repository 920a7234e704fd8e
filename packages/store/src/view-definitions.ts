import { CHANGE_VIEWS } from "./views/change.ts";
import { COVERAGE_VIEWS } from "./views/coverage.ts";
import type { ViewDefinition } from "./views/fragments.ts";
import { HISTORY_VIEWS } from "./views/history.ts";
import { POLICY_VIEWS } from "./views/policies.ts";
import { PRESSURE_VIEWS } from "./views/pressure.ts";
import { QUALITY_VIEWS } from "./views/quality.ts";
import { RISK_VIEWS } from "./views/risk.ts";
import { SCOPE_VIEWS } from "./views/scope.ts";
import { SUMMARY_VIEWS } from "./views/summary.ts";
import { UNIT_VIEWS } from "./views/units.ts";

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
  ...HISTORY_VIEWS,
  ...SUMMARY_VIEWS,
];
