import type { Verb } from "./verb.ts";

/** Every verb, loaded only when it is called. */
export const VERBS: Record<string, () => Promise<Verb>> = {
  init: async () => (await import("./verbs/init.ts")).initVerb,
  ingest: async () => (await import("./verbs/ingest.ts")).ingestVerb,
  nightly: async () => (await import("./verbs/nightly.ts")).nightlyVerb,
  worker: async () => (await import("./verbs/worker.ts")).workerVerb,
  deliver: async () => (await import("./verbs/deliver.ts")).deliverVerb,
  plan: async () => (await import("./verbs/plan.ts")).planVerb,
  report: async () => (await import("./verbs/report.ts")).reportVerb,
  explain: async () => (await import("./verbs/explain.ts")).explainVerb,
  query: async () => (await import("./verbs/query.ts")).queryVerb,
  exceptions: async () => (await import("./verbs/exceptions.ts")).exceptionsVerb,
  runs: async () => (await import("./verbs/runs.ts")).runsVerb,
  migrate: async () => (await import("./commands/migrate/migrate.ts")).migrateVerb,
  copy: async () => (await import("./verbs/copy.ts")).copyVerb,
  replay: async () => (await import("./verbs/replay.ts")).replayVerb,
  compact: async () => (await import("./verbs/compact.ts")).compactVerb,
  backup: async () => (await import("./verbs/backup.ts")).backupVerb,
  restore: async () => (await import("./verbs/restore.ts")).restoreVerb,
  dictionary: async () => (await import("./verbs/dictionary.ts")).dictionaryVerb,
  doctor: async () => (await import("./verbs/doctor.ts")).doctorVerb,
  completion: async () => (await import("./verbs/completion.ts")).completionVerb,
  simulator: async () => (await import("./verbs/simulator.ts")).simulatorVerb,
  demo: async () => (await import("./verbs/demo.ts")).demoVerb,
};
