import { z } from "zod";
import { plain, secret } from "./fields.ts";

const NO_URL = "must be the http or https URL of a proxy, such as http://proxy.example.com:3128";

/** What keeps a URL from being that of a proxy, in words that do not show it; null is nothing. */
export function proxyUrlProblem(given: string): string | null {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    return NO_URL;
  }
  const { username, password, pathname, search, hash } = new URL(given);
  if (username !== "" || password !== "") {
    return "must not hold user or password; give them as network.proxy: { url, user, password }";
  }
  return pathname.length > 1 || search !== "" || hash !== "" ? "must have no path, query or fragment" : null;
}

const url = (known: RegExp) =>
  z
    .string()
    .regex(known, NO_URL)
    .superRefine((given, context) => {
      const message = known.test(given) && given !== "off" ? proxyUrlProblem(given) : null;
      if (message !== null) context.addIssue({ code: "custom", message });
    });

const proxy = z
  .union([
    url(/^(https?:\/\/[^\s]+|off)$/),
    z
      .strictObject({
        url: url(/^https?:\/\/[^\s]+$/).describe(
          "The proxy: http://HOST:PORT, or https://HOST:PORT where it has TLS.",
        ),
        user: plain("Its user, for Basic authentication.").optional(),
        password: secret("The user's password").optional(),
      })
      .superRefine(({ user, password }, context) => {
        if (password === undefined || user !== undefined) return;
        context.addIssue({ code: "custom", path: ["user"], message: "is missing; password needs it" });
      }),
  ])
  .optional()
  .describe(
    "The forward proxy for the cloud, webhooks, pings and traces; off uses none; left out, the variables HTTPS_PROXY and HTTP_PROXY name it.",
  );

/** How calls leave the company's network. */
export const network = z
  .strictObject({
    proxy,
    noProxy: z
      .array(
        z
          .string()
          .regex(/^[^\s,]+$/, "must be one host, such as intranet.example.com; give each its own entry"),
      )
      .optional()
      .describe(
        "What is called without the proxy: hosts (with their subdomains), .suffix, host:port, addresses, networks such as 10.0.0.0/8, or *; left out, NO_PROXY has it. Loopback never goes through a proxy.",
      ),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A PEM file with authorities that are trusted beside the public ones, relative to this file: that of a proxy that inspects TLS, or your own.",
      ),
  })
  .prefault({})
  .describe("Proxy and authorities for the cloud, webhooks, pings and traces. Mail has settings of its own.");
