import { z } from "zod";
import { configSchema } from "./config-schema.ts";

/** The JSON Schema of the configuration as docs/config.schema.json holds it. */
export const configJsonSchema = (): string =>
  `${JSON.stringify({ title: "nightledger configuration", ...z.toJSONSchema(configSchema, { io: "input" }) }, null, 2)}\n`;
