import { z } from "zod";

/** What keeps a URL from being where a service answers; null is nothing. */
function endpointProblem(given: string): string | null {
  const url = given.replaceAll("{region}", "region");
  if (!URL.canParse(url) || !/^https?:\/\/[^\s]+$/i.test(url)) {
    return "must be an http or https URL, such as https://example.com";
  }
  const { username, password, search, hash } = new URL(url);
  if (username !== "" || password !== "" || search !== "" || hash !== "" || /[?#]/.test(url)) {
    return "must have no user, query or fragment; the path of each call is appended to the URL";
  }
  return null;
}

const url = z.string().superRefine((given, context) => {
  const message = endpointProblem(given);
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
