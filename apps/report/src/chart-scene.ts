import type { Scene, View } from "vega";

/** What vega's types leave out of its scenes. */
interface Item {
  datum?: { index?: number };
  items?: Mark[];
}
interface Mark {
  role?: string;
  items?: Item[];
}

const byIndex = (a: Item, b: Item): number => (a.datum?.index ?? 0) - (b.datum?.index ?? 0);

function sortAxes({ role = "", items = [] }: Mark): void {
  if (/^axis-(label|tick|grid)$/.test(role)) items.sort(byIndex);
  for (const { items: inner = [] } of items) for (const mark of inner) sortAxes(mark);
}

/**
 * What a view has drawn. A view that has drawn other rows keeps the labels that both have, the others behind them:
 * they are put into the order that a new view gives them.
 */
export function chartScene(view: View): Scene {
  const { root } = view.scenegraph() as unknown as { root: Scene & Mark };
  sortAxes(root);
  return root;
}
