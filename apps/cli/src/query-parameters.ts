import { LATEST_NIGHT, type ParameterValue } from "@nightledger/store/query";
import { parseDate } from "./data-date.ts";
import { UsageError } from "./errors.ts";
import type { Parameter, ParameterType, SavedQuery } from "./saved-query.ts";

const asInteger = (given: string): bigint | null => (/^[+-]?\d{1,18}$/.test(given) ? BigInt(given) : null);
const asNumber = (given: string): number | null => (/^[+-]?\d+(\.\d+)?$/.test(given) ? Number(given) : null);

/** A value of a type from how it is written. @throws UsageError */
function parseValue(name: string, type: ParameterType, given: string): string | number | bigint {
  if (type === "text") return given;
  if (type === "date") return parseDate(given);
  const value = type === "integer" ? asInteger(given) : asNumber(given);
  if (value === null) throw new UsageError(`"${given}" is no ${type}, as parameter ${name} takes.`);
  return value;
}

function defaultOf(query: SavedQuery, { name, type, default: preset }: Parameter): ParameterValue {
  if (preset === null) {
    throw new UsageError(`"${query.name}" needs a value: --param ${name}=… (${type}).`);
  }
  if (preset === "any") return null;
  return preset === "latest night" ? LATEST_NIGHT : parseValue(name, type, preset);
}

/** What is bound to each parameter of a saved query, from `name=value` as given. @throws UsageError */
export function queryParameters(query: SavedQuery, given: readonly string[]): Record<string, ParameterValue> {
  const values = new Map<string, string>();
  for (const pair of given) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`--param takes name=value, not "${pair}".`);
    }
    if (!query.parameters.some((parameter) => parameter.name === name)) {
      const names = query.parameters.map((parameter) => parameter.name).join(", ");
      throw new UsageError(`"${query.name}" has no parameter "${name}". It has: ${names || "none"}.`);
    }
    values.set(name, value);
  }
  return Object.fromEntries(
    query.parameters.map((parameter) => {
      const value = values.get(parameter.name);
      const bound =
        value === undefined ? defaultOf(query, parameter) : parseValue(parameter.name, parameter.type, value);
      return [parameter.name, bound];
    }),
  );
}
