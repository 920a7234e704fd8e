import type { IngestJob } from "@nightledger/ingest";
import { dayIn } from "../clock.ts";
import type { Config } from "../config.ts";
import { parseDate } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { type OptionSpec, type Options, text } from "../verb.ts";

/** The options that say which night, and which part of it. */
export const NIGHT_OPTIONS: Record<"date" | "only", OptionSpec> = {
  date: { type: "string", value: "YYYY-MM-DD", help: "The data date; today in the configured time zone." },
  only: {
    type: "string",
    value: "TEXT",
    help: "Only targets whose account, region, project name or id has it.",
  },
};

/** The cloud answers for today only, so only today can be recorded: of a simulator any day that has come. */
export function dataDateOf(config: Config, asked: string | undefined, now: Date): string {
  const today = dayIn(config.timeZone, now);
  const dataDate = asked === undefined ? today : parseDate(asked);
  if (dataDate > today) {
    throw new UsageError(
      `It is ${today} in ${config.timeZone}: ${dataDate} is yet to come, and cannot be recorded. Leave --date out.`,
    );
  }
  if (dataDate !== today && !config.allowAnyDate) {
    throw new UsageError(
      `The cloud answers for today alone, and it is ${today} in ${config.timeZone}: ${dataDate} cannot be recorded. ` +
        "Leave --date out (allowAnyDate is for simulators).",
    );
  }
  return dataDate;
}

/** What `--only` looks at. */
interface Named {
  account: string;
  region: string;
  projectId: string;
  projectName: string;
}

/** Whether a target's account, region, project name or id contains the text. */
export function hasText(wanted: string): (target: Named) => boolean {
  const small = wanted.toLowerCase();
  return ({ account, region, projectId, projectName }) =>
    [account, region, projectId, projectName].some((part) => part.toLowerCase().includes(small));
}

/** `--only payments` keeps targets whose account, region, project name or id contains the text. */
export function onlyOf(options: Options): Pick<IngestJob, "only"> {
  const only = text(options, "only");
  return only === undefined ? {} : { only: hasText(only) };
}

/** Which night, and which part of it, as the options say. @throws UsageError */
export const nightOf = (
  config: Config,
  options: Options,
  now: Date,
): Pick<IngestJob, "dataDate" | "only"> => ({
  dataDate: dataDateOf(config, text(options, "date"), now),
  ...onlyOf(options),
});
