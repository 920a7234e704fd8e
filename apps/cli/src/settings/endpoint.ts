import { z } from "zod";

const NO_URL = "must be an http or https URL, such as https://example.com";

/** What an http URL has beside the place where a service answers; null is nothing. */
function endpointProblem(given: string): string | null {
  const url = given.replaceAll("{region}", "region");
  if (!URL.canParse(url)) return NO_URL;
  const { username, password } = new URL(url);
  return username === "" && password === "" && !/[?#]/.test(url)
    ? null
    : "must have no user, query or fragment; the path of each call is appended to the URL";
}

const HTTP = /^https?:\/\/[^\s]+$/;

const url = z
  .string()
  .regex(HTTP, NO_URL)
  .superRefine((given, context) => {
    const message = HTTP.test(given) ? endpointProblem(given) : null;
    if (message !== null) context.addIssue({ code: "custom", message });
  });

const signedHost = z
  .string()
  .regex(
    /^[A-Za-z0-9.{}-]+(:\d{1,5})?$/,
    "must be a host name, such as iam.myhuaweicloud.com, without scheme and path",
  )
  .optional()
  .describe(
    "The host that a reverse proxy puts in place of the URL's: calls are signed for it, and for their path without that of the URL.",
  );

/** Where a service answers: its URL alone, or with the host that a reverse proxy calls it by. */
export const endpoint = z.union([
  url,
  z.strictObject({ url: url.describe("Where calls are sent. Its path comes before theirs."), signedHost }),
]);
