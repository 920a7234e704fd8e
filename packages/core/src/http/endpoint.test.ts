import { expect, test } from "vitest";
import { hssEndpoint } from "../cloud.ts";
import { KNOWN_REGIONS } from "../regions.ts";
import { placeOf, requestTo } from "./endpoint.ts";

const PATH = "/v3/auth/projects?page=1";

test.each([
  ["https://iam.example", "https://iam.example/v3/auth/projects?page=1"],
  ["https://gw.example/iam", "https://gw.example/iam/v3/auth/projects?page=1"],
  ["https://gw.example:8443/a/b/", "https://gw.example:8443/a/b/v3/auth/projects?page=1"],
])("a request to %s keeps the path of the endpoint, and signs what is sent", (endpoint, sent) => {
  const { url, signedUrl } = requestTo(endpoint, PATH);
  expect([url.href, signedUrl.href]).toEqual([sent, sent]);
});

test("behind a reverse proxy the host behind it is signed, without the path of the proxy", () => {
  const { url, signedUrl, place } = requestTo(
    { url: "https://gw.example/iam", signedHost: "iam.example" },
    PATH,
  );
  expect(url.href).toBe("https://gw.example/iam/v3/auth/projects?page=1");
  expect(signedUrl.href).toBe("https://iam.example/v3/auth/projects?page=1");
  expect(place).toBe("https://iam.example");
});

test("quotas are counted by what the cloud sees: regions behind one host are apart", () => {
  const at = (hss: Parameters<typeof placeOf>[0], region: string) =>
    placeOf(hssEndpoint({ endpoints: { iam: "", eps: "", hss }, regions: KNOWN_REGIONS }, region));
  expect(at("https://hss.{region}.example/", "xx-1")).toBe("https://hss.xx-1.example");
  expect(at("https://gw.example/hss/{region}", "xx-1")).toBe("https://gw.example/hss/xx-1");
  const rewritten = { url: "https://gw.example/hss/{region}", signedHost: "hss.{region}.example" };
  expect(at(rewritten, "xx-1")).toBe("https://hss.xx-1.example");
  expect(at(rewritten, "xx-2")).toBe("https://hss.xx-2.example");
});
