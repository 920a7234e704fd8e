import { expect, test } from "vitest";
import aksk from "../fixtures/aksk-vectors.json" with { type: "json" };
import { Secret } from "./secret.ts";
import { sign } from "./sign.ts";

const dateOf = (xSdkDate: string) =>
  new Date(xSdkDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));

interface Vector {
  name: string;
  method: string;
  url: string;
  headersSigned: Record<string, string>;
  body: string | null;
  ak: string;
  sk: string;
  securityToken: string | null;
  xSdkDate: string;
  authorization: string;
}

test.each(aksk.vectors as unknown as Vector[])("signs $name as the official SDK does", (vector) => {
  const { "X-Sdk-Date": _, "X-Security-Token": __, ...headers } = vector.headersSigned;
  const signed = sign(
    {
      method: vector.method,
      url: new URL(vector.url),
      headers,
      ...(vector.body !== null && { body: vector.body }),
    },
    {
      ak: vector.ak,
      sk: new Secret(vector.sk),
      ...(vector.securityToken !== null && { securityToken: new Secret(vector.securityToken) }),
    },
    dateOf(vector.xSdkDate),
  );
  expect(signed.Authorization).toBe(vector.authorization);
});
