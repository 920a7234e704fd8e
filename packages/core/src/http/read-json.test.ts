import { expect, test } from "vitest";
import { readJson } from "./read-json.ts";

const odd = (text: string | Buffer) =>
  readJson(Buffer.from(text)).oddities.map(({ kind, path }) => `${kind} ${path.join("/")}`);

test.each([
  "{}",
  '{"a":{"a":1},"b":[{"a":1},{"a":1}]}',
  ' { "a" : "b:c" , "d:e" : ":" } ',
  '["a:b","\\":\\"","\\\\",":"]',
  '"a"',
  "1",
  '\ufeff{"a":1}',
  '{"":1," ":2}',
  '{"\\ud83d\\ude00":"\ufffd"}',
])("finds nothing odd in %s", (text) => {
  expect(odd(text)).toEqual([]);
});

test.each([
  ['{"a":1,"a":1.0}', "repeated a"],
  ['{"a":1e2,"\\u0061":100}', "repeated a"],
  ['{"a":{"x":1,"y":[2]},"a":{"y":[2],"x":1}}', "repeated a"],
  ['{"a":1,"a":"1"}', "contradicted a"],
  ['{"a":null,"a":"null"}', "contradicted a"],
  ['{"a":[1,2],"a":[2,1]}', "contradicted a"],
  ['{"a":[],"a":{}}', "contradicted a"],
  ['{"a":[12],"a":[1,2]}', "contradicted a"],
  ['{"b":[0,{"a":1,"a":2}]}', "contradicted b/1/a"],
  ['{"a":":","a":";"}', "contradicted a"],
  ['{"a" :1,"a"\n:2}', "contradicted a"],
  ['{"constructor":1,"constructor":2}', "contradicted constructor"],
  ['{"__proto__":1,"__proto__":2}', "contradicted __proto__"],
  ['{"a":1e400,"a":1e500}', "contradicted a"],
  ['{"a":0,"a":1e-400}', "contradicted a"],
  ['{"a":0,"a":0.0e9}', "repeated a"],
  ['{"a":"\\u0000"}', "nul a"],
  ['{"a\\u0000":1}', "nul a\0"],
  ['["x","\\udead"]', "surrogate 1"],
])("finds what is odd in %s", (text, found) => {
  expect(odd(text)).toEqual([found]);
});

test("names where bytes are not UTF-8, and leaves good text alone", () => {
  expect(odd(Buffer.from('["ok","\xe9","\u00c3\u00a9"]', "latin1"))).toEqual(["not_utf8 1"]);
});

test("refuses what is not JSON", () => {
  for (const text of ["", "{", '{"a":1,}', "\ufeff\ufeff1", '"\0"', "NaN"]) {
    expect(() => readJson(Buffer.from(text))).toThrow(SyntaxError);
  }
});

test("names contradictions behind many repetitions", () => {
  const repeated = Array.from({ length: 100 }, (_, nth) => `"k${nth}":0,"k${nth}":0`).join();
  expect(odd(`{${repeated},"last":1,"last":2}`)).toContain("contradicted last");
});
