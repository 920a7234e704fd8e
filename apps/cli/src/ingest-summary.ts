import { maskLine } from "@nightledger/core/mask-text";
import type { IngestResult } from "@nightledger/ingest";

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
    ...problems.map((problem) => `  ${maskLine(problem)}`),
  ];
  return `${lines.join("\n")}\n`;
}
