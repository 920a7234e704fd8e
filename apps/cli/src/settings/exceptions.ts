import { z } from "zod";
import { oneLine, patterns, plain } from "./fields.ts";

/** No exception is for ever: somebody looks at it again in a year, and has a month to do so. */
const MOST_DAYS = 400;
const DAY_MS = 86_400_000;

const isDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().slice(0, 10) === text
  );
};

const date = (what: string) =>
  z.string().refine(isDate, "is no date; write it as YYYY-MM-DD, such as 2026-11-24").describe(what);

const CATEGORIES = ["alarm", "baseline", "asset", "protection", "vulnerability", "image"] as const;
const SEVERITIES = ["critical", "high", "medium", "low", "unknown"] as const;

const what = z
  .strictObject({
    category: z.enum(CATEGORIES).describe("The category that it is about."),
    severity: z.enum(SEVERITIES).optional().describe("The only severity of it."),
    counter: plain("A counter's name.").optional(),
    policy: plain("A policy's id or name.").optional(),
  })
  .refine(
    ({ severity, counter, policy }) =>
      [severity, counter, policy].filter((one) => one !== undefined).length < 2,
    "names more than one of severity, counter and policy; make an exception of each",
  )
  .describe("A category, whole or one severity, counter or policy of it.");

const names = z.array(plain("A name.")).min(1).optional();

const exception = z.strictObject({
  id: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      "must be of letters, digits, dots, hyphens and underscores, 64 at most",
    )
    .describe("What it is called, each once."),
  what,
  targets: z
    .strictObject({
      units: names,
      accounts: names,
      regions: names,
      projects: patterns("Project names or ids.").optional(),
    })
    .default({}),
  owner: oneLine("Who answers for it."),
  reason: z
    .string()
    .describe("Why the risk is borne.")
    .max(500, "is longer than 500 characters; say it shorter, and link to the rest")
    .transform((text) => text.replace(/[\s\p{Cc}]+/gu, " ").trim())
    .refine((text) => text !== "", "says nothing; say why the risk is borne"),
  approved_by: oneLine("Who has approved it.").optional(),
  from: date("The first night that it counts on.").optional(),
  until: date("The last night that it counts on, YYYY-MM-DD."),
});

type Given = z.output<typeof exception>;

/** What is wrong with the days of one, seen from today. */
function daysProblem({ from, until }: Given, today: string): string | null {
  if (from !== undefined && until < from) return `is before from, ${from}`;
  const days = (Date.parse(until) - Date.parse(today)) / DAY_MS;
  return days > MOST_DAYS
    ? `is ${days} days away; an exception is for ${MOST_DAYS} days at most, and can be renewed`
    : null;
}

/** The exceptions file, read on a day. */
export const exceptionsSchema = (today: string) =>
  z.array(exception, { error: "must be a list of exceptions" }).superRefine((all, context) => {
    const first = new Map<string, number>();
    for (const [index, one] of all.entries()) {
      const before = first.get(one.id);
      if (before !== undefined) {
        context.addIssue({
          code: "custom",
          path: [index, "id"],
          message: `is the id of [${before}], too; give each exception its own`,
        });
      }
      first.set(one.id, before ?? index);
      const problem = daysProblem(one, today);
      if (problem !== null) context.addIssue({ code: "custom", path: [index, "until"], message: problem });
    }
  });
