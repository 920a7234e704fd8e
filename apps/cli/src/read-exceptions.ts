import { readFileSync } from "node:fs";
import type { RiskException } from "@nightledger/store";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { problemsOfIssue } from "./config-issues.ts";
import { ExceptionsError } from "./errors.ts";
import { exceptionsSchema } from "./settings/exceptions.ts";

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new ExceptionsError(file, [
      { path: "", message: `cannot be read (${code}); check the path and its permissions` },
    ]);
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const message = error.message.split("\n", 1)[0] ?? "is no YAML";
    throw new ExceptionsError(file, [{ path: "", message }]);
  }
  return document.toJS();
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
  const parsed = schema.safeParse(readYaml(file) ?? [], { reportInput: true });
  if (!parsed.success) {
    throw new ExceptionsError(
      file,
      parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, schema)),
    );
  }
  return parsed.data.map(exceptionOf);
}
