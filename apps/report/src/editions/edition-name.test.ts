import { expect, test } from "vitest";
import { editionName, subjectName } from "./edition-name.ts";

const target = (projectName: string, account = "acme") => ({
  audience: null,
  target: {
    targetId: 1,
    account,
    region: "ap-southeast-3",
    projectId: "p",
    projectName,
    enterpriseProjectId: "all_granted_eps",
  },
});

const audience = (name: string) => ({ audience: { name, title: "" }, target: null });

test("a name has date, report, subject, language and edition, in that order", () => {
  const subject = { audience: null, target: null };
  const key = { report: "executive-summary", dataDate: "2026-11-24", locale: "zh-Hans", subject };
  expect(editionName(key, 2)).toBe("2026-11-24_executive-summary_all_zh-Hans_e2");
});

test.each([
  ["../../etc/passwd", "etc-passwd-c0727a90"],
  ["C:\\CON", "c-con-c0727a90"],
  ["con", "con-c0727a90"],
  ["..", "c0727a90"],
  ["a\u0000b\nc\u202e", "a-b-c-c0727a90"],
  ["Übung Café", "ubung-cafe-c0727a90"],
  ["生产", "c0727a90"],
  ["x".repeat(5000), `${"x".repeat(40)}-c0727a90`],
])("project %j is %j in a file name", (projectName, expected) => {
  expect(subjectName(target(projectName))).toBe(expected);
});

test("namesakes of two accounts have names of their own", () => {
  expect(subjectName(target("shop", "other"))).not.toBe(subjectName(target("shop")));
});

test("an audience is its name, unless that is none for a file or means all", () => {
  expect(subjectName(audience("board"))).toBe("board");
  expect(subjectName(audience("all"))).toMatch(/^all-[0-9a-f]{8}$/);
  expect(subjectName(audience("Board/EU"))).toMatch(/^board-eu-[0-9a-f]{8}$/);
  expect(subjectName({ ...target("shop"), ...{ audience: { name: "board", title: "" } } })).toMatch(
    /^board--shop-[0-9a-f]{8}$/,
  );
});
