import { Secret } from "@nightledger/core/secret";
import { expect, test } from "vitest";
import { withoutSecrets } from "./without-secrets.ts";

const SECRET = "S3cr3t pass/word+%äö~?>";
const base64 = (text: string, kind: "base64" | "base64url" = "base64") => Buffer.from(text).toString(kind);
const hide = (text: string) => withoutSecrets(text, [new Secret(SECRET), null]);
const form = new URLSearchParams({ password: SECRET, x: "y" }).toString();

test.each([
  ["as it is", SECRET, "[secret]"],
  ["in JSON", JSON.stringify({ p: SECRET }), '{"p":"[secret]"}'],
  ["in a URL", `/?p=${encodeURIComponent(SECRET)}&x`, "/?p=[secret]&x"],
  ["in a form", form, "password=[secret]&x=y"],
  [
    "in a form with small hexadecimals",
    form.replace(/%../g, (code) => code.toLowerCase()),
    "password=[secret]&x=y",
  ],
  ["in base64", base64(SECRET), /^\[secret\]=*$/],
  ["in base64 for URLs", base64(SECRET, "base64url"), "[secret]"],
  ["in lines of an answer", "535-5.7.8 S3cr3t pas\r\n535 5.7.8 s/word+%äö~?>", "535-5.7.8 [secret]"],
  ["in lines that were joined", "535-S3cr3t 535-pass/ 535 word+%äö~?> no", "535-[secret] no"],
  ["twice", `${SECRET} and ${SECRET}`, "[secret] and [secret]"],
])("hides a secret that is repeated %s", (_, said, left) => {
  if (typeof left === "string") expect(hide(said)).toBe(left);
  else expect(hide(said)).toMatch(left);
});

test.each(["", "u", "us", "use"])("hides a secret within the base64 of a login of %j", (user) => {
  const line = base64(`\0${user}\0${SECRET}`);
  const left = hide(`535 AUTH PLAIN ${line} refused`);
  expect(left).toMatch(/^535 AUTH PLAIN \w*\[secret\].{0,4} refused$/);
});

test("leaves a text without secrets as it is", () => {
  const said = "535 5.7.8 Authentication failed\r\n 250-x";
  expect(hide(said)).toBe(said);
  expect(withoutSecrets(said, [new Secret("535")])).toBe(said);
});
