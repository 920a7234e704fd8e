import { isPostgresUrl } from "@nightledger/store/place";
import { postgresUrlProblem } from "@nightledger/store/postgres-url";
import { z } from "zod";
import { secret } from "./fields.ts";

const url = (what: string) =>
  z
    .string()
    .refine(
      (place) => isPostgresUrl(place) && URL.canParse(place) && new URL(place).username !== "",
      "must be a URL with a user, such as postgres://nightledger_analysts@host/database",
    )
    .refine(
      (place) => !URL.canParse(place) || new URL(place).password === "",
      "must not hold the password; give it as password: ${env:NAME} or ${file:PATH}, or in a PGPASSFILE",
    )
    .superRefine((place, context) => {
      const holdsPassword = URL.canParse(place) && new URL(place).password !== "";
      const problem = isPostgresUrl(place) && !holdsPassword ? postgresUrlProblem(place) : null;
      if (problem !== null) context.addIssue({ code: "custom", message: problem });
    })
    .describe(what);

const password = secret("Its password; left out, PGPASSWORD or PGPASSFILE has it").optional();

/** The logins that only read, on PostgreSQL. */
export const analysts = z
  .strictObject({
    url: url('The login that "query" and the datasets of reports use: postgres://user@host/database.'),
    password,
    audiences: z
      .strictObject({
        url: url("The login that reports for an audience use, which the server keeps to its targets."),
        password,
      })
      .optional()
      .describe('The login that "nightledger grant --audiences" makes; left out, the ledger\'s own user.'),
  })
  .describe(
    'Logins on PostgreSQL that may read and nothing else, as "nightledger grant" makes them. docs/operations.md tells more.',
  );

export type AnalystsSettings = z.output<typeof analysts>;
