import type { z } from "zod";
import { problemsOf } from "./contract.ts";
import { ContractError } from "./errors.ts";

/** A body as its contract knows it. @throws ContractError naming the JSON paths that depart from it. */
export function parseAnswer<T>(operation: string, contract: z.ZodType<T>, body: Buffer): T {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    throw new ContractError(operation, ["$: not JSON"], body);
  }
  const parsed = contract.safeParse(json);
  if (!parsed.success) throw new ContractError(operation, problemsOf(parsed.error), body);
  return parsed.data;
}
