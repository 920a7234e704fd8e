/** The command line, or what it names, is wrong: exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** One thing that is wrong in the configuration, and where. */
export interface ConfigProblem {
  path: string;
  message: string;
}

/** The configuration cannot be used; all its problems at once. */
export class ConfigError extends UsageError {
  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path === "" ? "(top)" : path}: ${message}`);
    super(`The configuration ${file} cannot be used:\n${lines.join("\n")}`);
    this.name = "ConfigError";
  }
}

/** The exceptions file cannot be used; all its problems at once. */
export class ExceptionsError extends UsageError {
  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path === "" ? "(top)" : path}: ${message}`);
    super(`The exceptions in ${file} cannot be used:\n${lines.join("\n")}`);
    this.name = "ExceptionsError";
  }
}

/** A file of reports/queries that cannot be read as a saved query. */
export class SavedQueryError extends UsageError {
  constructor(file: string, why: string) {
    super(`The saved query ${file} cannot be read: ${why}. reports/README.md shows its header.`);
    this.name = "SavedQueryError";
  }
}

/** The ledger contradicts what was made from it, so it is not written to. */
export class ContradictedLedgerError extends UsageError {
  constructor(what: string, cure: string) {
    super(`${what} Nothing was written. ${cure}`);
    this.name = "ContradictedLedgerError";
  }
}
