import { formatTable } from "../format-table.ts";
import type { RunDetails } from "./run-details.ts";

/** So many minutes are shown; a night of hours would bury the rest. */
const MOST_MINUTES = 30;

/** So many changes of scope are shown: a first night has one of each project. */
const MOST_CHANGES = 30;

const tableOf = (rows: readonly object[]): string => {
  const [first = {}] = rows;
  return formatTable(
    Object.keys(first),
    rows.map((row) => Object.values(row)),
  );
};

const titled = (title: string, rows: readonly object[]): string[] =>
  rows.length === 0 ? [] : [`${title}\n${tableOf(rows)}`];

const number = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

function costText({ kind, statistics }: RunDetails): string[] {
  if (kind !== "ingest") return [];
  if (statistics === null) {
    return ["What it cost was not measured: it is under way, was killed, or is of an earlier version.\n"];
  }
  const { calls, quota_calls, quota_minutes, received_bytes, seconds, throttled_seconds } = statistics;
  return [
    `Cost: calls ${number(calls)}, of them under quota ${number(quota_calls)} (${number(quota_minutes)} minutes of one user's); bytes received ${number(received_bytes)}.\n` +
      `Time: ${number(seconds)} s, of which ${number(throttled_seconds)} s waiting for the quota alone.\n`,
  ];
}

function timelineText({ minutes }: RunDetails): string[] {
  const shown = minutes.slice(0, MOST_MINUTES);
  const rest =
    shown.length === minutes.length
      ? ""
      : `… and ${minutes.length - shown.length} minutes more: the view run_minute and --json have all.\n`;
  return titled("Timeline, by the minute", shown).map((text) => `${text}${rest}`);
}

/** What left the scope or was kept out of it comes first. */
function scopeText({ scope_changes }: RunDetails): string[] {
  const shown = scope_changes.slice(0, MOST_CHANGES);
  const left = scope_changes.length - shown.length;
  const rest =
    left === 0 ? "" : `… and ${left} changes more: the view scope_change_daily and --json have all.\n`;
  return titled("Changes of scope and names", shown).map((text) => `${text}${rest}`);
}

/** A run, as a person reads it. */
export function runText(details: RunDetails): string {
  const { statistics, minutes, slow_targets, failures, missing_targets, scope_changes, ...run } = details;
  const [[, id], ...facts] = Object.entries(run) as [[string, unknown], ...[string, unknown][]];
  return [
    formatTable(["run", String(id)], facts),
    ...costText(details),
    ...timelineText(details),
    ...titled("Slowest targets", slow_targets),
    ...titled("Failures by kind, and what to do", failures),
    ...(missing_targets.length === 0
      ? ["No target is missing because of this run.\n"]
      : titled("Missing targets", missing_targets)),
    ...scopeText(details),
  ].join("\n");
}
