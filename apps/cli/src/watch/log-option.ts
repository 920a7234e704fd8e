import { UsageError } from "../errors.ts";
import { type OptionSpec, type Options, text } from "../verb.ts";

/** How lines are told. */
export type LogForm = "text" | "json";

export const LOG: OptionSpec = {
  type: "string",
  value: "text|json",
  help: "How lines are told; text on a terminal.",
};

/** The form that was asked for; null leaves it to the verb. @throws UsageError */
export function logFormOf(options: Options): LogForm | null {
  const given = text(options, "log");
  if (given === undefined || given === "text" || given === "json") return given ?? null;
  throw new UsageError(`--log takes text or json, not "${given}".`);
}
