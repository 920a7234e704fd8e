import type { SchemaCheck, Upgrade } from "@nightledger/store";

/** So many views are named; the others are counted. */
const MOST = 8;

function listed(names: readonly string[]): string {
  const rest = names.length - MOST;
  return names.slice(0, MOST).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** What an upgrade does or did, a line each. */
export function upgradeText({ from, to, migrations, views, untouchedViews }: Upgrade): string {
  const lines: readonly (readonly [what: string, names: readonly string[]])[] = [
    ["migrations", migrations],
    ["views created", views.created],
    ["views replaced, with their rights", views.replaced],
    ["views dropped and created again, with their rights", views.recreated],
    ["views dropped", views.dropped],
  ];
  const said = lines
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `  ${what} (${names.length}): ${listed(names)}\n`);
  return `${from ?? "nothing"} → ${to}\n${said.join("")}  views untouched: ${untouchedViews}\n`;
}

/** Such as `Schema 9 of 11.` */
export const schemaText = ({ applied, known }: Pick<SchemaCheck, "applied" | "known">): string =>
  `Schema ${applied} of ${known}.`;
