import { z } from "zod";
import { address, oneLine } from "../../settings/fields.ts";

const owner = z
  .strictObject({
    name: oneLine("Who answers for the project, as reports call them.").optional(),
    address: address.optional(),
  })
  .refine(({ name, address: mail }) => name !== undefined || mail !== undefined, "needs a name or an address")
  .describe("Who answers for the project: a name, a mail address, or both.");

const project = z
  .strictObject({
    alias: oneLine("What reports call the project; left out, its own name.").optional(),
    owner: owner.optional(),
    unit: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe("Its business unit, whatever the patterns of its account say."),
    leaveOut: oneLine(
      "Why the project is not recorded: it is on record as left out, with this reason. Left out, it is recorded.",
    ).optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: "says nothing; give alias, owner, unit or leaveOut, or take it out",
  })
  .describe("One project.");

/** What is said of single projects. */
export const projects = z
  .record(
    z
      .string()
      .regex(/^[^\s\p{Cc}]{1,256}$/u, "must be a project id, such as 0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
    project,
  )
  .default({})
  .describe("Aliases, owners and units of projects, and projects that are left out, by project id.");
