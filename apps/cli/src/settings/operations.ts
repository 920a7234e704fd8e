import { z } from "zod";
import { clock, secretUrl } from "./fields.ts";
import { outputFile } from "./output.ts";

/** What `nightly` does when. */
export const nightly = z
  .strictObject({
    deadline: clock
      .optional()
      .describe(
        "When reports have to be out, in timeZone; quoted, or YAML reads a number. --deadline goes before it.",
      ),
    publishMinutes: z
      .int()
      .min(0)
      .max(720)
      .default(10)
      .describe(
        "How long before the deadline nothing more is fetched, so that reports can be made and sent.",
      ),
    retryMinutes: z
      .number()
      .min(0.01)
      .max(720)
      .default(10)
      .describe(
        "How long after a run the next one asks for what is still missing, where there is a deadline.",
      ),
    lateMinutes: z
      .int()
      .min(0)
      .max(1440)
      .default(120)
      .describe("How long after the deadline what is still missing is fetched, for a correction."),
    material: z
      .strictObject({
        points: z.number().min(0).max(100).default(1).describe("Points of the mean score."),
        percent: z.number().min(0).max(100).default(1).describe("Per cent of risks, or of targets covered."),
      })
      .prefault({})
      .describe("A change this large, or larger, is material."),
  })
  .prefault({})
  .describe("The nightly run.");

/** Who else watches. */
export const operations = z
  .strictObject({
    metrics: outputFile(
      z.string().regex(/\.prom$/, "must end in .prom, or the textfile collector does not read it"),
    )
      .optional()
      .describe(
        "A Prometheus textfile, written after each nightly run, relative to this file; with mode and group where others are to read it.",
      ),
    ping: z
      .strictObject({
        start: secretUrl("Asked when a nightly run begins.").optional(),
        success: secretUrl("Asked when it ends well.").optional(),
        failure: secretUrl("Asked, with the summary, when it does not.").optional(),
      })
      .optional()
      .describe("URLs of a watchdog such as healthchecks, which speaks up when it hears nothing."),
    traces: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("An OTLP/HTTP endpoint for OpenTelemetry traces, such as http://127.0.0.1:4318/v1/traces."),
  })
  .prefault({})
  .describe("Metrics, traces and pings.");
