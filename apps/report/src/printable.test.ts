import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test.each([
  "plain <b>&amp;</b> {{t}}",
  "生产-支付网关",
  "カタカナ ひらがな 株式会社",
  "한국어 서버",
  "مشروع الاختبار",
  "שלום עולם",
  "ทดสอบระบบ กำลัง",
  "परीक्षण क्ष्म",
  "Ελληνικά",
  "Кириллица",
  "Łódź Việt Nam e\u0301",
  "→ ✓ ● ☎ ½ € ①",
])("%s is printed as it is", (name) => {
  expect(printable(name)).toBe(name);
});

test.each([
  ["a sign for a woman at a computer", "\u{1f469}\u200d\u{1f4bb}"],
  ["a skin tone", "\u{1f44d}\u{1f3fd}"],
  ["a flag", "\u{1f1e9}\u{1f1ea}"],
  ["the flag of England", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
  ["a rainbow flag", "\u{1f3f3}\ufe0f\u200d\u{1f308}"],
  ["a keycap", "1\ufe0f\u20e3"],
  ["a joiner of Persian", "می\u200cخواهم"],
])("%s is printed as it is", (_, name) => {
  expect(printable(name)).toBe(name);
});

test.each([
  ["that turns the reading direction", "\u202ecod.exe\u202c", "‹U+202E›cod.exe‹U+202C›"],
  ["that isolates", "\u2067a\u2069", "‹U+2067›a‹U+2069›"],
  ["that is not seen", "a\u200bb\u00adc\ufeff", "a‹U+200B›b‹U+00AD›c‹U+FEFF›"],
  ["of control", "a\u0000b\tc\nd", "a‹U+0000›b‹U+0009›c‹U+000A›d"],
  ["cut in half", "x\ud83ey", "x‹U+D83E›y"],
  ["that no font has", "\u{1f9ff} 𠮷 ᚠ", "\u{1f9ff} ‹U+20BB7› ‹U+16A0›"],
  ["of private use", "\ue000", "‹U+E000›"],
  ["that joins nothing", "b\u200dc", "b‹U+200D›c"],
  ["that chooses a form where there is none", "a\ufe0f", "a‹U+FE0F›"],
  ["that begins with a mark", "\u0301a", "‹U+0301›a"],
  ["whose mark follows an escape", "\u0000\u0301", "‹U+0000›‹U+0301›"],
  ["whose mark its font lacks", "i\u0323\u0334", "ị‹U+0334›".normalize("NFD")],
])("a character %s is printed as its number", (_, name, printed) => {
  expect(printable(name)).toBe(printed);
});

test("a letter under a heap of marks does not reach its neighbours", () => {
  expect(printable(`a${"\u0301".repeat(6)}`)).toBe(`a${"\u0301".repeat(4)}${"‹U+0301›".repeat(2)}`);
});
