import type { PortfolioChangeDaily } from "./change.ts";
import type { TargetColumns, UnitColumn } from "./columns.ts";
import type { PortfolioCategoryDaily, PortfolioDaily } from "./risk.ts";

/** Which business unit a target belongs to, from when to when. A target's rows leave no night out. */
export interface UnitTarget extends TargetColumns, UnitColumn {
  /** `0001-01-01` of the first: a target's first unit counts for its earlier nights, too. */
  from_date: string;
  /** The first night that counts no more; `9999-12-31` while it lasts. */
  to_date: string;
}

/** A business unit on a night. */
export interface UnitDaily extends PortfolioDaily, UnitColumn {
  expected: number;
  /** The same as `targets`. */
  fresh: number;
  missing: number;
}

/** A business unit by category. */
export interface UnitCategoryDaily extends PortfolioCategoryDaily, UnitColumn {}

/** Change of a business unit, like for like. A target counts for the unit that it is in now. */
export interface UnitChangeDaily extends PortfolioChangeDaily, UnitColumn {}
