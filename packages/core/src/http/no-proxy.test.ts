import { expect, test } from "vitest";
import { isBypassed } from "./no-proxy.ts";

test.each([
  ["example.com", "https://example.com", true],
  ["example.com", "https://hss.example.com", true],
  ["example.com", "https://badexample.com", false],
  ["EXAMPLE.com.", "https://example.COM./", true],
  [".example.com", "https://hss.example.com", true],
  [".example.com", "https://example.com", true],
  ["*.example.com", "https://hss.example.com", true],
  ["*.example.com", "https://example.com", false],
  ["example.com:8443", "https://example.com:8443", true],
  ["example.com:8443", "https://example.com", false],
  ["example.com:443", "https://example.com", true],
  ["example.com:80", "http://example.com", true],
  ["*", "https://anything.example", true],
  ["*:80", "https://anything.example", false],
  ["10.1.2.3", "http://10.1.2.3", true],
  ["1.2.3", "http://10.1.2.3", false],
  ["10.0.0.0/8", "https://10.1.2.3:8443", true],
  ["10.0.0.0/8", "https://11.1.2.3", false],
  ["10.0.0.0/8", "https://10.example", false],
  ["10.0.0.0/99", "https://10.1.2.3", false],
  ["fd00::/8", "https://[fd00::1]", true],
  ["fd00::1", "https://[fd00::1]", true],
  ["[fd00::1]:8443", "https://[fd00::1]:8443", true],
  ["[fd00::1]:8443", "https://[fd00::1]", false],
  ["", "https://example.com", false],
  ["", "http://localhost:8080", true],
  ["", "http://127.9.9.9", true],
  ["", "http://[::1]:1", true],
  ["", "http://127.0.0.1.example", false],
])("an entry %j for %s: %s", (entry, url, bypassed) => {
  expect(isBypassed(new URL(url), [entry])).toBe(bypassed);
});
