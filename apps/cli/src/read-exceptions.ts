import type { RiskException } from "@nightledger/store";
import type { z } from "zod";
import { problemsOfIssue } from "./config-issues.ts";
import { ExceptionsError } from "./errors.ts";
import { type ReadYaml, readYaml } from "./read-yaml.ts";
import { exceptionsSchema } from "./settings/exceptions.ts";

/** @throws ExceptionsError */
function readList(file: string): unknown {
  let read: ReadYaml;
  try {
    read = readYaml(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    const message = `cannot be read (${code}); check the path and its permissions`;
    throw new ExceptionsError(file, [{ path: "", message }]);
  }
  if ("problems" in read) throw new ExceptionsError(file, read.problems);
  return read.content ?? [];
}

const exceptionOf = ({
  approved_by,
  from,
  ...rest
}: z.output<ReturnType<typeof exceptionsSchema>>[number]): RiskException => ({
  ...rest,
  approvedBy: approved_by ?? null,
  from: from ?? null,
});

/**
 * Reads the exceptions file as of a day, `YYYY-MM-DD`; without a file there are none.
 *
 * @throws ExceptionsError with all its problems
 */
export function readExceptions(file: string | null, today: string): RiskException[] {
  if (file === null) return [];
  const schema = exceptionsSchema(today);
  const parsed = schema.safeParse(readList(file), { reportInput: true });
  if (!parsed.success) {
    throw new ExceptionsError(
      file,
      parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, schema)),
    );
  }
  return parsed.data.map(exceptionOf);
}
