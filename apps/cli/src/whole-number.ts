import { UsageError } from "./errors.ts";
import { type Options, text } from "./verb.ts";

/** The whole number of an option, or the preset where it is not given. @throws UsageError */
export function wholeNumber(
  options: Options,
  name: string,
  preset: number,
  range: readonly [least: number, most: number],
): number {
  const given = text(options, name);
  const number = given === undefined ? preset : Number(given);
  const [least, most] = range;
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${given}".`);
  }
  return number;
}
