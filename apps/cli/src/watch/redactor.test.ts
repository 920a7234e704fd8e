import { Secret } from "@nightledger/core/secret";
import { expect, test } from "vitest";
import { redactedValue, redactorOf } from "./redactor.ts";

const redact = redactorOf({
  accounts: [{ credential: { sk: new Secret("Sk+canary/1") } }],
  operations: { ping: { start: new Secret("https://hc.example/ping/0123-4567-89ab?key=pass-phrase") } },
});

test.each([
  ["as it is", "refused: Sk+canary/1!", "refused: [secret]!"],
  ["percent-encoded", "GET /?sk=Sk%2Bcanary%2F1", "GET /?sk=[secret]"],
  ["as base64", `basic ${Buffer.from("Sk+canary/1").toString("base64")}`, "basic [secret]"],
  [
    "as a URL",
    "no answer of https://hc.example/ping/0123-4567-89ab?key=pass-phrase",
    "no answer of [secret]",
  ],
  ["as the path of a URL", "POST /ping/0123-4567-89ab failed", "POST /ping/[secret] failed"],
])("a secret of the configuration is taken out %s", (_, text, without) => {
  expect(redact(text)).toBe(without);
});

test.each([
  ["https://user:hush@proxy.example:8080 refused", "https://[secret]@proxy.example:8080 refused"],
  ["postgres://night:hush@db/nightledger", "postgres://[secret]@db/nightledger"],
  ["GET https://a.example/b?X-Token=hush&c=d failed", "GET https://a.example/b?[secret] failed"],
  ["sent X-Auth-Token: MIIhush.x and more", "sent X-Auth-Token: [secret] and more"],
  ["Authorization: Bearer hush.x", "Authorization: [secret]"],
  ['{"password":"hush"}', '{"password":"[secret]"}'],
])("what anybody else put into %j goes, too", (text, without) => {
  expect(redact(text)).toBe(without);
});

test("a hostile text stays one line and paints nothing", () => {
  expect(redact("shop\r\nFORGED line\u001b[2J\u202etxt\u2028end")).toBe(
    "shop FORGED line\\u001b[2J\\u202etxt end",
  );
});

test("fields are as harmless as texts", () => {
  const value = {
    at: [new Secret("x"), "Sk+canary/1", new Error("Sk+canary/1 is wrong")],
    num: 3,
    none: null,
  };
  expect(redactedValue(value, redact)).toEqual({
    at: ["[secret]", "[secret]", { name: "Error", message: "[secret] is wrong" }],
    num: 3,
    none: null,
  });
});
