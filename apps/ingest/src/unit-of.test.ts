import { expect, test } from "vitest";
import { unitOf } from "./unit-of.ts";

const project = (projectName: string, projectId = "7a6f") => ({ projectName, projectId });
const account = {
  unit: "Retail",
  units: [
    { unit: "Payments", projects: ["*_payments*", "*_支付网关"] },
    { unit: "Data", projects: ["*_data-*", "0d1e2f"] },
    { unit: "Never", projects: ["*_data-lake"] },
  ],
};

test.each([
  ["ap-southeast-3_payments-2", "Payments"],
  ["ap-southeast-1_支付网关", "Payments"],
  ["ap-southeast-3_data-lake", "Data"],
  ["ap-southeast-3", "Retail"],
  ["ap-southeast-3_Payments", "Retail"],
  ["payments", "Retail"],
])("%s is of %s: the first rule that fits, else the account", (name, expected) => {
  expect(unitOf(account, project(name))).toBe(expected);
});

test("a project is named by its id, too", () => {
  expect(unitOf(account, project("ap-southeast-3_shop", "0d1e2f"))).toBe("Data");
});

test("without a unit there is none", () => {
  expect(unitOf({}, project("ap-southeast-3"))).toBeNull();
  expect(unitOf({ units: account.units }, project("ap-southeast-3"))).toBeNull();
});
