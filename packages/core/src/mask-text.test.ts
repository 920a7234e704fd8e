import { expect, test } from "vitest";
import { maskLine, maskText } from "./mask-text.ts";

test.each([
  ["a colour", "\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
  ["a title and a bell", "\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
  ["a C1 escape sequence", "\u009b2Jgone\u0085", "\\u009b2Jgone\\u0085"],
  ["what overwrites a line", "ok\rFORGED\b\u007f", "ok\\u000dFORGED\\u0008\\u007f"],
  ["overrides and isolates", "a\u202eb\u202cc\u2066d\u2069", "a\\u202eb\\u202cc\\u2066d\\u2069"],
  ["separators of lines", "a\u2028b\u2029c\u000bd\u000ce", "a\\u2028b\\u2029c\\u000bd\\u000ce"],
  ["lone surrogates", "a\ud800b\udfffc", "a\\ud800b\\udfffc"],
  ["NUL", "a\u0000b", "a\\u0000b"],
])("writes %s as an escape", (_, hostile, masked) => {
  expect(maskText(hostile)).toBe(masked);
});

test("leaves what is read as it is", () => {
  const text = "生产 Ünï 😀 👩‍💻 עברית\n\ttabbed\r\nend █░ – ✓";
  expect(maskText(text)).toBe(text);
});

test("keeps a text from outside on one line", () => {
  expect(maskLine("shop\r\nFORGED\u2028line\tx\u0085y\u001b[2J")).toBe("shop FORGED line x y\\u001b[2J");
});

test("keeps a JSON document the same document", () => {
  const hostile = { name: "a\u007f\u009b\u202e\u2028\ud800b\\u001b\u001b\n\"'" };
  const printed = maskText(JSON.stringify(hostile));
  expect(printed).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(printed)).toEqual(hostile);
});
