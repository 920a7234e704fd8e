import type { AudienceFilter } from "../audience/audience-filter.ts";
import type { Category, Severity } from "../views.ts";

/** Findings that somebody answers for until a day: they are shown gross, and taken out of the net figures. */
export interface RiskException {
  id: string;
  /** A category whole, or what one severity, counter or policy of it finds. */
  what: {
    category: Category;
    severity?: Severity | undefined;
    counter?: string | undefined;
    /** A policy's id or name. */
    policy?: string | undefined;
  };
  /** All conditions hold, as with an audience; none is every target. */
  targets: AudienceFilter;
  owner: string;
  reason: string;
  approvedBy: string | null;
  /** The first night that it counts on, `YYYY-MM-DD`; null is the night that it comes on record. */
  from: string | null;
  /** The last night that it counts on, `YYYY-MM-DD`. */
  until: string;
}
