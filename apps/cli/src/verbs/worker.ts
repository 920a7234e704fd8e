import { resolve } from "node:path";
import { KNOWN_REGIONS } from "@nightledger/core/regions";
import { openWork, runWorker, SharedPace, SharedPlaces } from "@nightledger/worker";
import { openAccounts } from "../accounts.ts";
import type { Config } from "../config.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { openLedgerFor } from "../ledger/open-ledger-for.ts";
import { type Options, type Terminal, text, texts, type Verb } from "../verb.ts";
import { LOG, logFormOf } from "../watch/log-option.ts";
import { openWatch } from "../watch/open-watch.ts";
import { reportRenderer } from "../workers/render-report.ts";
import { writeWorkerMetrics } from "../workers/worker-metrics.ts";
import { CONFIG, configOf } from "./options.ts";

/** `--regions a,b --regions c`, or the configuration's. @throws UsageError */
function regionsOf(config: Config, options: Options): string[] | null {
  const given = texts(options, "regions").flatMap((list) => list.split(",").map((one) => one.trim()));
  const unknown = given.filter((region) => !Object.hasOwn(config.regions, region));
  if (unknown.length > 0) {
    const known = Object.keys({ ...KNOWN_REGIONS, ...config.regions }).join(", ");
    throw new UsageError(`There is no region "${unknown.join('", "')}". It is one of: ${known}.`);
  }
  return given.length > 0 ? given : (config.workers?.regions ?? null);
}

/** The addresses that `--egress` names, or the configuration's. */
function egressOf(config: Config, options: Options): string[] {
  const given = texts(options, "egress").flatMap((list) => list.split(",").map((one) => one.trim()));
  return given.length > 0 ? given : config.egress;
}

/** Where the figures go; null is nowhere. @throws UsageError */
function metricsOf({ cwd }: Terminal, options: Options): string | null {
  const file = text(options, "metrics");
  if (file === undefined) return null;
  if (!file.endsWith(".prom")) {
    throw new UsageError(
      `--metrics takes a file that ends in .prom, or the textfile collector does not read it.`,
    );
  }
  return resolve(cwd, file);
}

/** A call waits for a connection, for headers and for a body. */
const longestCallMs = ({ request }: Config): number => 3 * request.timeoutMs;

async function runWorkerVerb(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const given = configOf(terminal, options);
  const { workers } = given;
  if (workers === undefined) {
    throw new UsageError(
      'Workers share a PostgreSQL ledger. Put "workers: {}" into the configuration, and database as postgres://user@host/database.',
    );
  }
  const metrics = metricsOf(terminal, options);
  const config = { ...given, egress: egressOf(given, options) };
  const regions = regionsOf(config, options);
  const form = logFormOf(options) ?? (terminal.interactive ? "text" : "json");
  const watch = await openWatch(config, terminal, { verb: "worker", dataDate: null, form });
  const warn = (problem: string) => watch.warn(problem);
  const ledger = await openLedgerFor(config, terminal);
  try {
    const { lapseSeconds } = workers;
    const name = "worker";
    const work = await openWork({ ledger, database: config.database, name, lapseSeconds, onProblem: warn });
    const places = new SharedPlaces(ledger, longestCallMs(config));
    const { accounts, network, close } = openAccounts(config, {
      paceOf: (quotaOf) => new SharedPace(quotaOf, places),
    });
    try {
      await runWorker(work, {
        clouds: accounts.map(({ cloud }) => cloud),
        network,
        egress: config.egress,
        regions,
        render: workers.render && options["no-render"] !== true ? reportRenderer(config, warn) : null,
        signal: terminal.signal,
        onProblem: warn,
        ...(metrics !== null && {
          onBeat: (id: string) =>
            writeWorkerMetrics({ file: metrics, permissions: config.permissions.metrics }, ledger, id),
        }),
        onReady: (id) =>
          watch.info(
            `Ready: regions ${regions?.join(", ") ?? "all"}; addresses ${config.egress.join(", ") || "the system's"}`,
            { worker: id },
          ),
      });
      await places.flush();
    } finally {
      await close();
      await work.close();
    }
  } finally {
    await ledger.close();
  }
  watch.info("Stopped: what was begun is done");
  return EXIT.complete;
}

/** `nightledger worker` */
export const workerVerb: Verb = {
  name: "worker",
  summary:
    "Take work from the queue of a PostgreSQL ledger: fetch targets, render reports. Runs until stopped.",
  options: {
    config: CONFIG,
    egress: {
      type: "string",
      value: "ADDRESS",
      multiple: true,
      help: "Source addresses to call from, with commas between; the configuration's egress.",
    },
    regions: {
      type: "string",
      value: "REGION",
      multiple: true,
      help: "Regions to serve, with commas between; the configuration's workers.regions, or all.",
    },
    metrics: {
      type: "string",
      value: "FILE",
      help: "A Prometheus textfile, FILE.prom, written every few seconds: this worker, the queue, the quotas.",
    },
    "no-render": { type: "boolean", help: "Fetch only, and leave reports to others." },
    log: LOG,
  },
  run: runWorkerVerb,
};
