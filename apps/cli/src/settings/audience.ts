import { z } from "zod";
import { locale, patterns, plain } from "./fields.ts";

const names = (what: string) => z.array(plain("A name.")).min(1).optional().describe(what);

/** A filter on targets, and a language. */
export const audience = z
  .strictObject({
    units: names("Targets of these business units, as they are on the report's night."),
    accounts: names("Targets of these accounts."),
    regions: names("Targets in these regions."),
    projects: patterns(
      "Targets of these projects: names or ids, * standing for any text; capitals count.",
    ).optional(),
    locale: locale.optional().describe("The language of its reports."),
    title: z.string().min(1).max(100).optional().describe("What its reports call it; left out, its name."),
  })
  .describe("Who a report is for. All conditions given must hold; without one it is everyone.");
