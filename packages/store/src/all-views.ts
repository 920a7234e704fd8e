import { engineViews } from "./engine-views.ts";
import { PART_VIEWS } from "./part-views.ts";
import { COMPUTED_VIEWS } from "./rollups.ts";
import { VIEW_DEFINITIONS } from "./view-definitions.ts";
import { LATEST_DAY, LATEST_DAY_IN_VIEWS } from "./views/latest-day.ts";
import { HOW_ONCE, ONCE } from "./views/once.ts";

/** Every view of a ledger, private ones too, a view after those it reads. */
export const allViews = (
  engine: "sqlite" | "postgres",
): readonly (readonly [name: string, select: string])[] =>
  [...PART_VIEWS, ...engineViews(engine), ...VIEW_DEFINITIONS, ...COMPUTED_VIEWS].map(([name, select]) => [
    name,
    select.replaceAll(ONCE, HOW_ONCE[engine]).replaceAll(LATEST_DAY, LATEST_DAY_IN_VIEWS[engine]),
  ]);
