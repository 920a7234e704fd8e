import { isPostgresUrl } from "@nightledger/store/place";
import { postgresUrlProblem } from "@nightledger/store/postgres-url";
import { z } from "zod";
import { projects } from "./config/schema/projects.ts";
import { account } from "./settings/account.ts";
import { analysts } from "./settings/analysts.ts";
import { audience } from "./settings/audience.ts";
import { endpoint } from "./settings/endpoint.ts";
import { mail } from "./settings/mail.ts";
import { network } from "./settings/network.ts";
import { nightly, operations } from "./settings/operations.ts";
import { outputFile } from "./settings/output.ts";
import { operators, publication } from "./settings/publish.ts";
import { workers } from "./settings/workers.ts";

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** `5/60s` as calls in a window; `off` as none. */
const quota = z
  .string()
  .regex(
    /^([1-9]\d*\/[1-9]\d*s|off)$/,
    "must be calls in a time, such as 5/60s (5 calls in 60 seconds), or off",
  )
  .default("5/60s")
  .describe(
    "Calls of each HSS operation in a window, per user and per source address, as documented; off for a cloud without.",
  );

/** Also what the URL of another database has to pass. */
const database = z
  .string()
  .min(1)
  .superRefine((place, context) => {
    const problem = isPostgresUrl(place) ? postgresUrlProblem(place) : null;
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  })
  .describe("The ledger: a SQLite file, relative to this file, or postgres://user@host/database.");

/** Every setting there is. Its JSON Schema is docs/config.schema.json. */
export const configSchema = z
  .strictObject({
    timeZone: z
      .string()
      .refine(isTimeZone, "is no IANA time zone, such as Asia/Singapore")
      .describe("The IANA time zone whose calendar day a night counts for."),
    database,
    analysts: analysts.optional(),
    snapshot: outputFile(z.string().min(1))
      .optional()
      .describe(
        "Where the analysts' read-only copy is put after each good run, relative to this file; left out, beside the ledger as NAME.analyst.db; off writes none; with mode and group where others are to read it (nobody writes it). There is none of a PostgreSQL database.",
      ),
    reports: z
      .string()
      .min(1)
      .default("./reports-out")
      .describe("Where reports are written, relative to this file."),
    theme: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A folder with the company's own looks and words for reports, relative to this file; left out, none.",
      ),
    accounts: z
      .array(account)
      .min(1)
      .refine(
        (all) => new Set(all.map(({ name }) => name)).size === all.length,
        "names must differ; give each account one of its own",
      )
      .describe("The accounts whose projects are recorded."),
    audiences: z
      .record(
        z
          .string()
          .regex(
            /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
            "must be of small letters, digits and hyphens within, 40 at most, since files are named after it",
          ),
        audience,
      )
      .default({})
      .describe("Who reports are for, by names that their files bear, too."),
    projects,
    exceptions: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The file of reviewed exceptions, relative to this file: risks that somebody answers for until a day; left out, none. docs/exceptions.md shows it.",
      ),
    publish: z
      .array(publication)
      .max(1000)
      .default([])
      .describe("The reports of each night, and who gets them."),
    mail: mail.optional(),
    operators: operators.prefault({}),
    nightly,
    workers: workers.optional(),
    operations,
    regions: z
      .record(z.string().regex(/^[a-z0-9-]+$/, "must be a region id"), z.strictObject({ hss: endpoint }))
      .default({})
      .describe("Regions beside the known ones, or instead of them: where HSS answers there."),
    reconcile: z
      .enum(["none", "score"])
      .default("none")
      .describe(
        "score asks for ShowRiskScore, too (a quota of its own), and holds it against the deductions.",
      ),
    retention: z
      .strictObject({
        payloadMonths: z
          .int()
          .min(1)
          .max(1200)
          .describe("Raw answers last used so many whole months ago are packed after ingest; none is lost."),
      })
      .optional()
      .describe(
        "How old raw answers are kept. Left out, as they came for ever; facts are for ever in any case.",
      ),
    request: z
      .strictObject({
        concurrency: z.int().min(1).max(256).default(4).describe("Calls under way at once."),
        timeoutMs: z.int().min(100).max(600_000).default(30_000).describe("Connect, headers and body each."),
        maxBodyBytes: z.int().min(1024).default(8_388_608).describe("The largest answer that is read."),
        retries: z
          .int()
          .min(0)
          .max(20)
          .default(3)
          .describe("Tries after the first, if the failure may pass."),
        retryMinMs: z
          .int()
          .min(0)
          .default(1000)
          .describe("The longest wait before the first retry; it doubles from try to try."),
        quota,
      })
      .prefault({})
      .describe("Bounds of each call."),
    network,
    egress: z
      .array(z.union([z.ipv4(), z.ipv6()], { error: "must be an address of this host, such as 10.0.0.5" }))
      .default([])
      .describe("Source addresses of this host to call from; each has a quota of its own at the cloud."),
    allowPlainHttp: z
      .array(z.string())
      .default([])
      .describe("Host names to which http without TLS is allowed; loopback always is."),
    allowPlainPostgres: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "PostgreSQL servers, by host name, to which passwords and figures may go without TLS; loopback always may be.",
      ),
    postgresCa: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A PEM file with the authority of the PostgreSQL servers' certificates, relative to this file; left out, those that Node.js knows.",
      ),
    allowAnyDate: z
      .boolean()
      .default(false)
      .describe("Lets --date name another day than today. For simulators only: the cloud answers for today."),
  })
  .describe("Configuration of nightledger.");

export type Settings = z.output<typeof configSchema>;
