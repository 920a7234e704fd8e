import type { Category, Severity } from "@nightledger/store";
import { CATEGORY_ORDER, type Figures, SEVERITY_ORDER } from "./metrics.ts";
import type { ReportDefinition } from "./report-definition.ts";

/** A row of a trend, where any figure may be a gap. */
type Nullable<T extends { data_date: string }> = { data_date: string } & {
  [Key in Exclude<keyof T, "data_date">]: T[Key] | null;
};

interface OfCategory {
  category: Category;
}

const byOrder =
  <T extends string>(order: readonly T[]) =>
  (a: T, b: T): number =>
    order.indexOf(a) - order.indexOf(b);
const byCategory = (a: OfCategory, b: OfCategory) => byOrder(CATEGORY_ORDER)(a.category, b.category);
const bySeverity = (a: { severity: Severity }, b: { severity: Severity }) =>
  byOrder(SEVERITY_ORDER)(a.severity, b.severity);

const of = <T extends OfCategory>(rows: readonly T[], category: Category): T[] =>
  rows.filter((row) => row.category === category);

/** A project of the night with its six categories beside it, in the order of CATEGORY_ORDER. */
function withCategories(figures: Figures) {
  return figures.projects.map((project) => ({
    ...project,
    categories: figures.categories
      .filter(({ target_id }) => target_id === project.target_id)
      .sort(byCategory),
  }));
}

type Project = ReturnType<typeof withCategories>[number];

function profile(project: Project, figures: Figures) {
  const own = <T extends { target_id: number }>(rows: readonly T[]) =>
    rows.filter(({ target_id }) => target_id === project.target_id);
  const severities = own(figures.severities).sort(bySeverity);
  const counters = own(figures.counters);
  return {
    ...project,
    categories: project.categories.map((category) => ({
      ...category,
      severities: of(severities, category.category),
      counters: of(counters, category.category),
    })),
    policies: own(figures.policies).sort(byCategory),
  };
}

const DAY_MS = 86_400_000;

/** A row for every calendar day of the trend: a day that is not on record is a gap in a chart, not left out. */
function everyNight<T extends { data_date: string }>(
  figures: Figures,
  rows: readonly T[],
  gap: Omit<T, "data_date">,
) {
  const known = new Map(rows.map((row) => [row.data_date, row]));
  const nights: T[] = [];
  for (let at = Date.parse(figures.firstNight); at <= Date.parse(figures.dataDate); at += DAY_MS) {
    const data_date = new Date(at).toISOString().slice(0, 10);
    nights.push(known.get(data_date) ?? ({ ...gap, data_date } as T));
  }
  return nights;
}

/** The night of a category over the whole portfolio. */
function theme(category: Category, figures: Figures, topProjects: number) {
  const portfolio = figures.portfolioCategories.find((row) => row.category === category);
  return {
    category,
    portfolio: portfolio ?? null,
    severities: of(figures.portfolioSeverities, category).sort(bySeverity),
    counters: of(figures.portfolioCounters, category),
    nights: everyNight<Nullable<Figures["categoryNights"][number]>>(
      figures,
      of(figures.categoryNights, category),
      {
        category,
        deduct_score: null,
        cap: portfolio?.cap ?? null,
        total_risk_num: null,
      },
    ),
    // categories come dearest first
    top: of(figures.categories, category).slice(0, topProjects),
    policies: of(figures.policies, category),
  };
}

/**
 * What a template sees: the figures of the views, arranged. Rows keep the views' columns; nothing is
 * computed, so that a figure has one definition.
 */
export function buildModel(figures: Figures, { settings }: ReportDefinition) {
  const projects = withCategories(figures);
  const { coverage } = figures;
  const nights = everyNight<Nullable<Figures["nights"][number]>>(figures, figures.nights, {
    expected: null,
    fresh: null,
    missing: null,
    score: null,
    total_risk_num: null,
  });
  const themes = CATEGORY_ORDER.map((category) => theme(category, figures, settings.topProjects));
  return {
    data_date: figures.dataDate,
    first_night: figures.firstNight,
    trend_nights: settings.trendNights,
    coverage,
    complete: coverage.missing === 0,
    portfolio: figures.portfolio ?? null,
    change: figures.change ?? null,
    nights,
    missing: figures.missing,
    worst: projects.slice(0, settings.worst),
    profiles: projects.slice(0, settings.profiles).map((project) => profile(project, figures)),
    projects,
    themes,
    portfolioCategories: figures.portfolioCategories.toSorted(byCategory),
    policies: figures.policies.toSorted(byCategory),
    runs: figures.runs,
  };
}

export type ReportModel = ReturnType<typeof buildModel>;
