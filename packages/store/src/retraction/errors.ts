/** There is nothing to take out of the night, or nothing to put back. Nothing was changed. */
export class NothingRetractedError extends Error {
  constructor(what: string, todo: string) {
    super(`${what} Nothing was changed. ${todo}`);
    this.name = "NothingRetractedError";
  }
}

/** A night cannot be put back, since a later run has recorded it again. Nothing was changed. */
export class RecordedAgainError extends Error {
  constructor(dataDate: string, targets: number) {
    super(
      `The retraction of ${dataDate} cannot be undone: a later run has recorded ${targets} of its targets again. ` +
        "Nothing was changed: the later answers stay in every figure, and the earlier ones beside them.",
    );
    this.name = "RecordedAgainError";
  }
}
