/** What a retraction, or its undoing, left. */
export interface RetractionEnd {
  retractionId: number;
  runId: number;
  dataDate: string;
  /** What `--only` named; null is the whole night. */
  only: string | null;
  reason: string;
  /** Whether a retraction was undone. */
  undone: boolean;
  /** Targets that had an answer on the night. */
  answers: number;
  /** Targets that had none. */
  gaps: number;
  /** Nights whose reports were sent, and show this one. */
  sentNights: string[];
  /** The analysts' copy; a problem says why it still shows the ledger as it was. */
  snapshot: { file: string | null; problem: string | null };
}

const counted = (count: number, one: string, several: string): string =>
  `${count} ${count === 1 ? one : several}`;

function correction({ sentNights }: RetractionEnd): string[] {
  if (sentNights.length === 0) return [];
  const shown = sentNights.slice(-5).join(", ");
  const more = sentNights.length > 5 ? ` and ${sentNights.length - 5} earlier nights` : "";
  return [
    `Reports of ${shown}${more} were sent, and show this night as it was. ` +
      "To correct one: nightledger report --date D, then nightledger deliver --date D.",
  ];
}

/** It as a person reads it. */
export function retractionText(end: RetractionEnd): string {
  const { dataDate, only, reason, undone, answers, gaps, runId, snapshot } = end;
  const what = only === null ? `The night of ${dataDate}` : `"${only}" on ${dataDate}`;
  const rows = `${counted(answers, "answer", "answers")} and ${counted(gaps, "missing target", "missing targets")}`;
  const lines = [
    undone
      ? `${what} is back in every figure: ${rows} (run ${runId}).`
      : `${what} is out of every figure: ${rows} (run ${runId}). Reason: ${reason}`,
    ...(undone
      ? []
      : [`The rows stay in the ledger. To put them back: nightledger retract --date ${dataDate} --undo`]),
    ...correction(end),
    ...(snapshot.problem === null
      ? []
      : [`The analysts' copy still shows the ledger as it was. ${snapshot.problem}`]),
  ];
  return `${lines.join("\n")}\n`;
}
