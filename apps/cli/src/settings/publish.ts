import { z } from "zod";
import { locale, plain, recipient, secret, secretUrl } from "./fields.ts";
import { outputFolder } from "./output.ts";

const webhook = z
  .strictObject({
    url: secretUrl("Where the JSON is posted."),
    secret: secret(
      "Signs the JSON, so that its receiver knows it is ours: X-Nightledger-Signature",
    ).optional(),
    shape: z
      .enum(["json", "slack", "teams"])
      .default("json")
      .describe("json is our own; slack and teams are what their incoming webhooks show."),
    name: plain("What the ledger of deliveries calls it; left out, its host.").optional(),
  })
  .describe("A JSON POST with the summary of a report.");

const to = z.array(recipient).max(500).default([]).describe("Who gets a mail each.");
const folder = outputFolder
  .optional()
  .describe(
    "A folder that gets a copy of the edition's files, relative to this file; with mode and group of the files where others are to read them.",
  );
const webhooks = z.array(webhook).max(20).default([]).describe("Who gets a JSON POST each.");

/** A report, who gets it, and when it is held back. */
export const publication = z
  .strictObject({
    report: plain("A report, such as executive-summary."),
    audience: plain("One of audiences; left out, all targets.").optional(),
    locale: locale.optional().describe("Its language; left out, the audience's, or en."),
    only: plain("Of a report about a project: those whose account, region, name or id has it.").optional(),
    attach: z
      .array(z.enum(["pdf", "xlsx", "html", "json"]))
      .min(1)
      .default(["pdf"])
      .describe("The files that go along."),
    to,
    folder,
    webhooks,
    coverage: z
      .strictObject({
        atLeast: z.number().min(0).max(100).describe("Per cent of expected targets that are fresh."),
        below: z
          .enum(["send", "send-marked", "hold"])
          .default("send-marked")
          .describe(
            "What happens to a report with less: it goes as it is; its subject and first lines say so; or it is held back, and its recipients are told so.",
          ),
      })
      .prefault({ atLeast: 100 })
      .describe("What happens when a night is not complete."),
    onlyIfMaterialChange: z
      .boolean()
      .default(false)
      .describe("Sends a short mail that nothing material changed in place of the report, where that is so."),
  })
  .refine(
    ({ to: mails, folder: drop, webhooks: hooks }) => mails.length + hooks.length > 0 || drop !== undefined,
    {
      message: "goes to nobody; give it to, folder or webhooks",
    },
  )
  .describe("A report of each night, and who gets it.");

/** Who looks after nightledger. */
export const operators = z
  .strictObject({ to, folder, webhooks, locale: locale.default("en").describe("The language of notices.") })
  .describe("Who is told when a night or a delivery fails, with the run's summary and its last log lines.");
