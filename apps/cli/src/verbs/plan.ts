import { maskLine } from "@nightledger/core/mask-text";
import { type NightPlan, planTonight } from "@nightledger/ingest";
import { ledgerIsThere, openReader, requireCurrentSchema } from "@nightledger/store";
import { openAccounts } from "../accounts.ts";
import { nextTime } from "../clock.ts";
import type { Config } from "../config.ts";
import { durationText } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { Progress } from "../progress.ts";
import { type Scale, simulatedPlans, simulatedText } from "../simulated-plan.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { wholeNumber } from "../whole-number.ts";
import { deadlineGiven } from "./deadline-option.ts";
import { NIGHT_OPTIONS, nightOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** The time of day in a time zone, as `HH:MM`. */
const clockIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(at);

/** A plan with when it would end. */
interface TimedPlan extends NightPlan {
  startsAt: string;
  /** The least, since calls take time of their own. */
  endsAt: string;
  deadline: string | null;
  /** Null without a deadline. */
  meetsDeadline: boolean | null;
}

function timed(plan: NightPlan, now: Date, deadline: Date | null): TimedPlan {
  const ends = new Date(now.getTime() + plan.leastMs);
  return {
    ...plan,
    startsAt: now.toISOString(),
    endsAt: ends.toISOString(),
    deadline: deadline?.toISOString() ?? null,
    meetsDeadline: deadline === null ? null : ends <= deadline,
  };
}

const BINDING = {
  user: "one user's quota; let several users read the projects",
  address: "the source addresses' quota; give further ones to egress",
  operation: "the quota of all callers together",
} as const;

function timeLines(plan: TimedPlan, { timeZone }: Config): string[] {
  const clock = (iso: string) => clockIn(timeZone, new Date(iso));
  const ends = `Begun now (${clock(plan.startsAt)} ${timeZone}), it ends at ${clock(plan.endsAt)} at the earliest.`;
  if (plan.deadline === null) return [ends];
  const spare = Date.parse(plan.deadline) - Date.parse(plan.endsAt);
  const verdict = plan.meetsDeadline
    ? `That leaves ${durationText(spare)} until ${clock(plan.deadline)}.`
    : `That is ${durationText(-spare)} after ${clock(plan.deadline)}: begin earlier, or bring more quota.`;
  return [ends, verdict];
}

const leftOutLine = (one: NightPlan["leftOutByConfiguration"][number]): string =>
  maskLine(
    `Left out by the configuration: ${one.projectName} (${one.projectId}) of ${one.account}: ${one.reason}`,
  );

function planText(plan: TimedPlan, config: Config): string {
  const { quota } = config.request;
  const addresses = Math.max(1, config.egress.length);
  const pace =
    quota === null
      ? "No quota is set."
      : `Quota: ${quota.calls} calls in ${quota.windowMs / 1000} s per user and per source address, of which there ${addresses === 1 ? "is 1" : `are ${addresses}`}.`;
  const accounts = plan.accounts.map((own) => Object.values(own));
  const endpoints = plan.endpoints.map(({ operation, origin, calls, leastMs, binding }) => [
    operation,
    origin,
    calls,
    durationText(leastMs),
    binding === null ? null : BINDING[binding],
  ]);
  const parts = [
    `Night of ${plan.dataDate}: ${plan.targets} targets, ${plan.toFetch} to fetch with ${plan.calls} calls, ${durationText(plan.leastMs)} at least.`,
    "",
    formatTable(
      ["account", "regions", "targets", "on record", "not to be had", "to fetch", "left out"],
      accounts,
    ),
    ...(endpoints.length === 0
      ? []
      : [formatTable(["operation", "endpoint", "calls", "least time", "decided by"], endpoints)]),
    [
      pace,
      ...timeLines(plan, config),
      ...plan.leftOutByConfiguration.map(leftOutLine),
      ...plan.problems.map(maskLine),
    ].join("\n"),
  ];
  return `${parts.join("\n")}\n`;
}

function statusOf(plan: TimedPlan): ExitStatus {
  if (
    plan.targets === 0 ||
    plan.accounts.every(({ toFetch, alreadyFresh }) => toFetch + alreadyFresh === 0)
  ) {
    return EXIT.nothingFetched;
  }
  const whole = plan.problems.length === 0 && plan.accounts.every(({ notToBeHad }) => notToBeHad === 0);
  return whole && plan.meetsDeadline !== false ? EXIT.complete : EXIT.partial;
}

const SCALE = {
  targets: "10000",
  users: "1",
  regions: "1",
  hosts: "1",
  addresses: "1",
  "call-ms": "300",
} as const;
const MOST = 1_000_000;

/** A night that is computed, not looked up: nobody is asked. */
function runSimulated(terminal: Terminal, options: Options): ExitStatus {
  const { request, reconcile } = configOf(terminal, options);
  const whole = (name: keyof typeof SCALE) => wholeNumber(options, name, Number(SCALE[name]), [1, MOST]);
  const scale: Scale = {
    targets: whole("targets"),
    users: whole("users"),
    regions: whole("regions"),
    hosts: whole("hosts"),
    addresses: whole("addresses"),
    callMs: whole("call-ms"),
    quota: request.quota,
    reconcile,
  };
  const plans = simulatedPlans(scale);
  terminal.out(options.json === true ? `${JSON.stringify(plans)}\n` : simulatedText(plans, scale));
  return EXIT.complete;
}

async function runPlan(terminal: Terminal, options: Options): Promise<ExitStatus> {
  if (options.simulate === true) return runSimulated(terminal, options);
  const stray = Object.keys(SCALE).find((name) => options[name] !== undefined);
  if (stray !== undefined)
    throw new UsageError(`--${stray} goes with --simulate: else the targets are those there are.`);
  const config = configOf(terminal, options);
  const now = terminal.now();
  const night = nightOf(config, options, now);
  const given = deadlineGiven(options);
  const deadline = given === undefined ? null : nextTime(given, config.timeZone, now);
  const progress = new Progress(terminal, options.json === true);
  // an older one lacks what tonight is held against
  await requireCurrentSchema(config.database);
  const reader = (await ledgerIsThere(config.database)) ? await openReader(config.database) : null;
  const { accounts, close } = openAccounts(config);
  try {
    const { concurrency, quota } = config.request;
    const plan = await planTonight(reader?.db ?? null, {
      ...night,
      accounts,
      projects: config.projects,
      concurrency,
      quota,
      addresses: Math.max(1, config.egress.length),
      reconcile: config.reconcile,
      signal: terminal.signal,
      onProgress: ({ done, total }) => progress.show("Discovering projects", done, total),
    });
    const result = timed(plan, now, deadline);
    terminal.out(options.json === true ? `${JSON.stringify(result)}\n` : planText(result, config));
    return statusOf(result);
  } finally {
    await close();
    await reader?.close();
  }
}

/** `nightledger plan` */
export const planVerb: Verb = {
  name: "plan",
  summary: "Show tonight in advance: targets, calls, and the least time the quotas allow.",
  options: {
    config: CONFIG,
    ...NIGHT_OPTIONS,
    deadline: {
      type: "string",
      value: "HH:MM",
      help: "Tell whether the night can be done by then, in the configured time zone.",
    },
    simulate: {
      type: "boolean",
      help: "Compute instead when a night of a given scale would be done, with the configuration's quota.",
    },
    targets: { type: "string", value: "N", help: "With --simulate: targets.", default: SCALE.targets },
    users: {
      type: "string",
      value: "N",
      help: "With --simulate: users that share them.",
      default: SCALE.users,
    },
    regions: {
      type: "string",
      value: "N",
      help: "With --simulate: regions that share them.",
      default: SCALE.regions,
    },
    hosts: {
      type: "string",
      value: "N",
      help: "With --simulate: hosts with a worker.",
      default: SCALE.hosts,
    },
    addresses: {
      type: "string",
      value: "N",
      help: "With --simulate: source addresses of each host.",
      default: SCALE.addresses,
    },
    "call-ms": {
      type: "string",
      value: "N",
      help: "With --simulate: how long a call takes, in milliseconds.",
      default: SCALE["call-ms"],
    },
    json: JSON_OUTPUT,
  },
  run: runPlan,
};
