import { maskLine } from "@nightledger/core/mask-text";
import type { IngestResult } from "@nightledger/ingest";
import type { NameGiven } from "@nightledger/store";

const MOST = 20;

/** A name that is another tonight, or a unit. */
function renameLine({ change, account, project_name, old_value, new_value }: NameGiven): string {
  if (change === "account_renamed") return `Account ${old_value} is called ${new_value} now.`;
  if (change === "renamed") return `Project ${old_value} of ${account} is called ${new_value} now.`;
  return `Project ${project_name} of ${account} moved from unit ${old_value ?? "–"} to unit ${new_value ?? "–"}.`;
}

/** What a run gave, as a person reads it. */
export function ingestSummary(result: IngestResult): string {
  const { runId, dataDate, status, expected, fetched, alreadyFresh, missing, problems } = result;
  const before = alreadyFresh === 0 ? "" : `, ${alreadyFresh} already on record`;
  const { scope } = result;
  const changed =
    scope.new + scope.gone === 0
      ? []
      : [`  Scope: ${scope.new} new, ${scope.gone} gone (scope_change_daily).`];
  const lines = [
    `Run ${runId}, ${dataDate}: ${status}. ${expected} targets expected: ${fetched} fetched${before}, ${missing} missing.`,
    ...changed,
    ...(scope.leftOut === 0
      ? []
      : [
          `  Left out by the configuration (projects: … leaveOut): ${scope.leftOut} (inventory_latest has the reasons).`,
        ]),
    ...scope.renamed.slice(0, MOST).map((one) => `  ${maskLine(renameLine(one))}`),
    ...(scope.renamed.length <= MOST
      ? []
      : [`  … and ${scope.renamed.length - MOST} more (scope_change_daily).`]),
    ...problems.map((problem) => `  ${maskLine(problem)}`),
  ];
  return `${lines.join("\n")}\n`;
}
