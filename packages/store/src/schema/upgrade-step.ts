/** A step of an upgrade that failed: its own error is the cause. */
export class FailedStep extends Error {
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(step, { cause });
    this.name = "FailedStep";
    this.step = step;
  }
}

/** Names the step in what it throws; the innermost step is the one that is named. */
export async function inStep<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FailedStep ? error : new FailedStep(step, error);
  }
}
