import { z } from "zod";

/** Whether, and how, workers do what a night needs. */
export const workers = z
  .strictObject({
    quietMinutes: z
      .number()
      .min(0.01)
      .max(1440)
      .default(10)
      .describe("Work that no worker takes for so long is given up, and its targets are missing."),
    tries: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe("Workers that break off on the same target, one after the other, before it is given up."),
    lapseSeconds: z
      .int()
      .min(10)
      .max(3600)
      .default(30)
      .describe("A worker that says nothing for so long counts as gone, and others take its work over."),
    regions: z
      .array(z.string().regex(/^[a-z0-9-]+$/, "must be a region id"))
      .min(1)
      .optional()
      .describe(
        "The regions that workers of this configuration serve; left out, all. --regions goes before it.",
      ),
    render: z
      .boolean()
      .default(true)
      .describe(
        "Whether workers of this configuration render reports: then `reports` is a folder that all hosts share.",
      ),
  })
  .describe(
    'Has nightly and ingest hand their work to processes of "nightledger worker". Needs PostgreSQL. docs/scale.md tells when.',
  );
