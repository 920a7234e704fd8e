import { UsageError } from "../errors.ts";
import { clock } from "../settings/fields.ts";
import { type Options, text } from "../verb.ts";

/** The time of day that `--deadline` names; undefined where it is not given. @throws UsageError */
export function deadlineGiven(options: Options): string | undefined {
  const given = text(options, "deadline");
  if (given === undefined || clock.safeParse(given).success) return given;
  throw new UsageError(`--deadline takes a time of day such as 07:00, not "${given}".`);
}
