import { type ChangedFigure, type EditionFigure, editionFigures } from "@nightledger/report";
import type { Material } from "./publication.ts";

/** How an edition differs from an earlier one. */
export interface EditionDifference {
  /** Figures that stand alone, not in the row of a table, in the order of the report. */
  figures: ChangedFigure[];
  /** Whether who has the earlier one should get this one. */
  isMaterial: boolean;
}

/** Figures whose change decides, and how it is measured. */
const DECIDING: Readonly<Record<string, keyof Material>> = {
  "portfolio.score": "points",
  "target.score": "points",
  "coverage.fresh": "percent",
  "portfolio.total_risk_num": "percent",
  "target.total_risk_num": "percent",
};

/** Figures of a table's row have the row's key after an @; counts of rows are named rows. */
const standsAlone = ({ id }: EditionFigure): boolean => !/[@~]|\.rows$/.test(id);

const firstOfEach = (figures: readonly EditionFigure[]): Map<string, EditionFigure> => {
  const found = new Map<string, EditionFigure>();
  for (const figure of figures) if (!found.has(figure.id)) found.set(figure.id, figure);
  return found;
};

/** From the unknown to the known, or back, is always material. */
function movedEnough(id: string, before: number | null, after: number | null, material: Material): boolean {
  const measure = DECIDING[id];
  if (measure === undefined || before === after) return false;
  if (before === null || after === null) return true;
  const moved = Math.abs(after - before);
  return measure === "points" ? moved >= material.points : moved * 100 >= material.percent * Math.abs(before);
}

/**
 * Holds an edition against an earlier one of the same report. Where one of them has no JSON, nothing can be told, and
 * the difference counts as material.
 *
 * @throws ManifestError
 */
export function compareEditions(
  beforeFile: string,
  afterFile: string,
  material: Material,
): EditionDifference {
  const [before, after] = [editionFigures(beforeFile), editionFigures(afterFile)];
  if (before === null || after === null) return { figures: [], isMaterial: true };
  const [then, now] = [firstOfEach(before), firstOfEach(after)];
  const both = [...now.values()].flatMap((figure) => {
    const earlier = then.get(figure.id);
    return earlier === undefined ? [] : [{ earlier, figure }];
  });
  return {
    figures: both
      .filter(({ earlier, figure }) => standsAlone(figure) && earlier.text !== figure.text)
      .map(({ earlier, figure }) => ({ id: figure.id, before: earlier.text, after: figure.text })),
    isMaterial: both.some(({ earlier, figure }) =>
      movedEnough(figure.id, earlier.value, figure.value, material),
    ),
  };
}
