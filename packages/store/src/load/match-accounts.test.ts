import { expect, test } from "vitest";
import { matchAccounts } from "./match-accounts.ts";

const known = (key: string, domainId: string | null, isStandIn = false) => ({
  key,
  name: key,
  domainId,
  isStandIn,
});
const matched = (...args: Parameters<typeof matchAccounts>) =>
  matchAccounts(...args).map(({ name, key, before }) => `${name} = ${key}, was ${before}`);

test("a new name for a known domain is a rename", () => {
  expect(matched([{ name: "b", domainId: "d1" }], [known("a", "d1")])).toEqual(["b = a, was a"]);
});

test("an account of before domains were known keeps its place by its name", () => {
  expect(matched([{ name: "a", domainId: "d1" }], [known("a", null)])).toEqual(["a = a, was a"]);
});

test("an account that could not be asked goes by its name", () => {
  expect(matched([{ name: "a", domainId: null }], [known("a", "d1")])).toEqual(["a = a, was a"]);
  expect(matched([{ name: "b", domainId: null }], [known("a", "d1")])).toEqual(["b = b, was null"]);
});

test("two accounts that swap their names stay who they are", () => {
  const configured = [
    { name: "a", domainId: "d2" },
    { name: "b", domainId: "d1" },
  ];
  expect(matched(configured, [known("a", "d1"), known("b", "d2")])).toEqual(["a = b, was b", "b = a, was a"]);
});

test("a name under another domain is another account, with a key of its own", () => {
  expect(matched([{ name: "a", domainId: "d2" }], [known("a", "d1")])).toEqual(["a = a (d2), was null"]);
});

test("of two new names of one domain neither is a rename", () => {
  const configured = [
    { name: "b", domainId: "d1" },
    { name: "c", domainId: "d1" },
  ];
  expect(matched(configured, [known("a", "d1")])).toEqual(["b = b, was null", "c = c, was null"]);
});

test("a second user of a domain is renamed while the first keeps its name", () => {
  const configured = [
    { name: "a", domainId: "d1" },
    { name: "c", domainId: "d1" },
  ];
  expect(matched(configured, [known("a", "d1"), known("b", "d1")])).toEqual(["a = a, was a", "c = b, was b"]);
});

test("a rename that was first seen while the account could not be asked is still one", () => {
  const records = [known("a", "d1"), known("b", null, true)];
  expect(matched([{ name: "b", domainId: null }], records)).toEqual(["b = b, was b"]);
  expect(matched([{ name: "b", domainId: "d1" }], records)).toEqual(["b = a, was a"]);
  expect(matched([{ name: "b", domainId: "d2" }], records)).toEqual(["b = b, was b"]);
});
