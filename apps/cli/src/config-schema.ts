import { isPostgresUrl } from "@nightledger/store/place";
import { z } from "zod";

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const secret = (what: string) =>
  z
    .string()
    .regex(/^\$\{(env|file):[^}]+\}$/, "must be ${env:NAME} or ${file:PATH}; a secret is never written here")
    .describe(`${what}, as \${env:NAME} or \${file:PATH}.`);

/** `5/60s` as calls in a window; `off` as none. */
const quota = z
  .string()
  .regex(/^([1-9]\d*\/[1-9]\d*s|off)$/, "must be CALLS/SECONDSs such as 5/60s, or off")
  .default("5/60s")
  .describe(
    "Calls of each HSS operation in a window, per user and per source address, as documented; off for a cloud without.",
  );

const endpoint = (what: string) => z.url({ protocol: /^https?$/ }).describe(what);

const plain = (what: string) => z.string().min(1).max(256).describe(what);

const hssUrl = z.string().regex(/^https?:\/\/[^\s]+$/, "must be an http or https URL");

const credential = z
  .strictObject({
    ak: secret("Access key id").optional(),
    sk: secret("Secret access key").optional(),
    securityToken: secret("Security token of a temporary key").optional(),
    domain: plain("Account name of the IAM user, as IAM calls it: domain.").optional(),
    user: plain("Name of the IAM user.").optional(),
    password: secret("Password of the IAM user").optional(),
    agency: z
      .strictObject({
        domain: plain("Account name that delegates, whose projects are read."),
        name: plain("Name of the agency."),
      })
      .optional()
      .describe("The user assumes this agency of another account; it needs Agent Operator."),
  })
  .superRefine((given, context) => {
    const has = (...keys: (keyof typeof given)[]) => keys.filter((key) => given[key] !== undefined);
    const key = has("ak", "sk", "securityToken");
    const user = has("domain", "user", "password", "agency");
    const [whole, part] =
      user.length > 0 ? [["domain", "user", "password"] as const, user] : [["ak", "sk"] as const, key];
    if (key.length > 0 && user.length > 0) {
      context.addIssue({
        code: "custom",
        message: "is either a key (ak, sk) or a user (domain, user, password), not both",
      });
    }
    for (const needed of whole) {
      if (!(part as string[]).includes(needed))
        context.addIssue({ code: "custom", path: [needed], message: "is missing" });
    }
  })
  .describe("An access key (ak, sk) or an IAM user (domain, user, password), with HSS ReadOnlyAccess.");

const hasPassword = (place: string): boolean => {
  try {
    return isPostgresUrl(place) && new URL(place).password !== "";
  } catch {
    return false;
  }
};

const database = z
  .string()
  .min(1)
  .refine(
    (place) => !isPostgresUrl(place) || URL.canParse(place),
    "is no URL, such as postgres://user@host/database",
  )
  .refine(
    (place) => !hasPassword(place),
    "must not hold the password; give it as PGPASSWORD, or in a PGPASSFILE, as psql takes it",
  )
  .describe("The ledger: a SQLite file, relative to this file, or postgres://user@host/database.");

const unit = z.string().min(1).max(64);

const patterns = (what: string) =>
  z.array(plain("A project's name or id; * stands for any text.")).min(1).describe(what);

const account = z
  .strictObject({
    name: z.string().min(1).max(64).describe("How the account is called in tables and reports."),
    credential,
    enterpriseProjects: z
      .union([z.enum(["all_granted_eps", "each"]), z.array(plain("An enterprise project id.")).min(1)])
      .default("all_granted_eps")
      .describe(
        "all_granted_eps covers everything in one answer; each asks for every enterprise project that the user is granted; a list of ids asks for those.",
      ),
    pinnedProjects: z
      .array(
        z.strictObject({
          id: plain("Project id."),
          name: plain("Project name, which begins with its region."),
        }),
      )
      .default([])
      .describe("Projects that are expected every night: missing, not forgotten, when the cloud hides them."),
    unit: unit
      .optional()
      .describe("The business unit that the account's projects belong to, as reports call it."),
    units: z
      .array(
        z.strictObject({
          unit: unit.describe("The business unit."),
          projects: patterns("Its projects: names or ids, * standing for any text; capitals count."),
        }),
      )
      .default([])
      .describe(
        "Business units of single projects; the first that fits counts, and unit counts for all others.",
      ),
    endpoints: z
      .strictObject({
        iam: endpoint("Where IAM answers.").default("https://iam.myhuaweicloud.com"),
        eps: endpoint("Where EPS answers.").default("https://eps.myhuaweicloud.com"),
        hss: hssUrl
          .optional()
          .describe(
            "Where HSS answers in every region, {region} standing for it; left out, each region's own.",
          ),
      })
      .prefault({})
      .describe("For a proxy, a sibling cloud or the simulator."),
  })
  .describe("One Huawei Cloud account.");

const names = (what: string) => z.array(plain("A name.")).min(1).optional().describe(what);

const audience = z
  .strictObject({
    units: names("Targets of these business units, as they are on the report's night."),
    accounts: names("Targets of these accounts."),
    regions: names("Targets in these regions."),
    projects: patterns(
      "Targets of these projects: names or ids, * standing for any text; capitals count.",
    ).optional(),
    locale: z.enum(["en", "zh-Hans"]).optional().describe("The language of its reports."),
    title: z.string().min(1).max(100).optional().describe("What its reports call it; left out, its name."),
  })
  .describe("Who a report is for. All conditions given must hold; without one it is everyone.");

/** Every setting there is. Its JSON Schema is docs/config.schema.json. */
export const configSchema = z
  .strictObject({
    timeZone: z
      .string()
      .refine(isTimeZone, "is no IANA time zone, such as Asia/Singapore")
      .describe("The IANA time zone whose calendar day a night counts for."),
    database,
    snapshot: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Where the analysts' read-only copy is put after each good run, relative to this file; left out, beside the ledger as NAME.analyst.db; off writes none. There is none of a PostgreSQL database.",
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
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "names must differ")
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
    regions: z
      .record(z.string().regex(/^[a-z0-9-]+$/, "must be a region id"), z.strictObject({ hss: hssUrl }))
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
    egress: z
      .array(z.union([z.ipv4(), z.ipv6()]))
      .default([])
      .describe("Source addresses of this host to call from; each has a quota of its own at the cloud."),
    allowPlainHttp: z
      .array(z.string())
      .default([])
      .describe("Host names to which http without TLS is allowed; loopback always is."),
    allowAnyDate: z
      .boolean()
      .default(false)
      .describe("Lets --date name another day than today. For simulators only: the cloud answers for today."),
  })
  .describe("Configuration of nightledger.");

export type Settings = z.output<typeof configSchema>;
