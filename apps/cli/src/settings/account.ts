import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { patterns, plain, secret } from "./fields.ts";

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
        context.addIssue({
          code: "custom",
          path: [needed],
          message: `is missing; ${user.length > 0 ? "a user needs domain, user and password" : "a key needs ak and sk"}`,
        });
    }
  })
  .describe("An access key (ak, sk) or an IAM user (domain, user, password), with HSS ReadOnlyAccess.");

/** Words that stand for many enterprise projects overlap with every id beside them. */
function refuseOverlap(ids: string[], context: z.RefinementCtx<string[]>): void {
  for (const [index, id] of ids.entries()) {
    const isAllAlone = id === "all_granted_eps" && ids.every((other) => other === id);
    if (!["all_granted_eps", "each"].includes(id) || isAllAlone) continue;
    const message =
      id === "each"
        ? "each is no id; write enterpriseProjects: each, without a list"
        : `all_granted_eps covers ${ids.find((other) => other !== id)} as well, so that its risks would count twice; write enterpriseProjects: all_granted_eps, or the ids alone`;
    context.addIssue({ code: "custom", path: [index], message });
  }
}

const unit = z.string().min(1).max(64);

/** One account, with its credential and its business units. */
export const account = z
  .strictObject({
    name: z.string().min(1).max(64).describe("How the account is called in tables and reports."),
    credential,
    enterpriseProjects: z
      .union([
        z.enum(["all_granted_eps", "each"]),
        z.array(plain("An enterprise project id.")).min(1).superRefine(refuseOverlap),
      ])
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
        iam: endpoint.default("https://iam.myhuaweicloud.com").describe("Where IAM answers."),
        eps: endpoint.default("https://eps.myhuaweicloud.com").describe("Where EPS answers."),
        hss: endpoint
          .optional()
          .describe(
            "Where HSS answers in every region, {region} standing for it; left out, each region's own.",
          ),
      })
      .prefault({})
      .describe("For a reverse proxy, a sibling cloud or the simulator."),
  })
  .describe("One Huawei Cloud account.");
