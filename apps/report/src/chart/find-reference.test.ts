import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, View } from "vega";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshTheme, type HostileTheme, hostileTheme, SECRET, SPEC } from "../testing/hostile-theme.ts";
import { shutLoader } from "./shut-loader.ts";

let theme: HostileTheme;

beforeAll(async () => {
  theme = await hostileTheme();
});
afterAll(() => theme.close());
beforeEach(() => freshTheme(theme));

const ENCODING = { x: { field: "value", type: "nominal" } };
const TEXT = { mark: "text", encoding: { text: { field: "value", type: "nominal" } } };
const layered = (layer: object, more: object = {}) => ({ ...SPEC, ...more, layer: [...SPEC.layer, layer] });
const IMAGE = { type: "image", width: 9, height: 9 };

type Spec = (url: string, file: string) => object;

/** Each asks for something in its own way; what stands second is on the line that the message names. */
const SPECS: Record<string, [Spec, string]> = {
  "a file": [(_, file) => layered({ ...TEXT, data: { url: file } }), '"url":'],
  "a file by its address": [
    (_, file) => layered({ ...TEXT, data: { url: pathToFileURL(file).href } }),
    '"url":',
  ],
  "a file by a path of Windows": [
    () => layered({ ...TEXT, data: { url: "\\\\host\\share\\a.csv" } }),
    '"url":',
  ],
  "an address": [(url) => layered({ ...TEXT, data: { url: `${url}/a.csv` } }), '"url":'],
  "an address without a scheme": [
    (url) => layered({ ...TEXT, data: { url: url.replace("http:", "") } }),
    '"url":',
  ],
  "a data: address": [() => layered({ ...TEXT, data: { url: "data:text/csv,value%0A1" } }), '"url":'],
  "a file of lines": [
    (_, file) => layered({ ...TEXT, data: { url: file, format: { type: "dsv", delimiter: "\u0000" } } }),
    '"url":',
  ],
  "a map": [
    (url) => layered({ mark: "geoshape", data: { url, format: { type: "topojson", feature: "a" } } }),
    '"url":',
  ],
  "data of its own for the whole chart": [(url) => ({ ...SPEC, data: { url } }), '"url":'],
  "a lookup": [
    (url) =>
      layered({
        mark: "point",
        encoding: ENCODING,
        transform: [{ lookup: "score", from: { data: { url }, key: "value", fields: ["value"] } }],
      }),
    '"url":',
  ],
  "a signal that is an address": [
    (url) => layered({ ...TEXT, data: { url: { signal: `'${url}'` } } }),
    '"url":',
  ],
  "an expression that is an address": [
    (url) => layered({ ...TEXT, data: { url: { expr: `'${url}'` } } }),
    '"url":',
  ],
  "a picture": [(url) => layered({ mark: { ...IMAGE, url: `${url}/a.png` } }), '"type": "image"'],
  "a picture whose address is data": [
    (url) => layered({ mark: "image", encoding: { url: { value: `${url}/a.png` } } }),
    '"mark": "image"',
  ],
  "a link": [(url) => layered({ mark: { type: "point", href: url }, encoding: ENCODING }), '"href":'],
  "a link from data": [
    () => layered({ mark: "point", encoding: { href: { field: "value", type: "nominal" } } }),
    '"href":',
  ],
  "a picture in its config": [(url) => layered({ mark: "point" }, { config: { image: { url } } }), '"url":'],
  "a loader of its own": [
    (url) => ({ ...SPEC, usermeta: { values: ["score"], embedOptions: { loader: { baseURL: url } } } }),
    '"usermeta":',
  ],
  "a reader's hand": [
    () => ({ ...SPEC, params: [{ name: "pick", select: { type: "point", on: "timer{10}" } }] }),
    '"select":',
  ],
  "a reader's input": [
    () => ({ ...SPEC, params: [{ name: "n", value: 1, bind: { input: "range" } }] }),
    '"bind":',
  ],
};

test.each(Object.entries(SPECS))(
  "refuses a chart that asks for %s, with its line, and asks for nothing",
  async (_, [spec, at]) => {
    const text = JSON.stringify(spec(theme.url, join(theme.outside, "secret.txt")), null, 2);
    theme.write({ "charts/tiny.vl.json": text });
    const { error, placed, texts, asked } = await theme.render(["html", "pdf"]);
    const [, line, shown] = /\/theme\/charts\/tiny\.vl\.json: line (\d+), (.*?): /.exec(error) ?? [];
    expect(error).toMatch(/^TemplateError: /);
    expect(text.split("\n")[Number(line) - 1]).toContain(at);
    expect(shown).toContain(at.slice(0, at.indexOf(":")));
    expect([placed, asked]).toEqual([[], []]);
    expect(texts).not.toContain(SECRET);
  },
);

test("refuses an address whose key is written with escapes", async () => {
  const spec = JSON.stringify(layered({ ...TEXT, data: { url: theme.url } })).replace('"url"', '"\\u0075rl"');
  theme.write({ "charts/tiny.vl.json": spec });
  const { error, asked } = await theme.render();
  expect(error).toContain("line 1, ");
  expect(error).toContain('"url" asks for a file or an address');
  expect(asked).toEqual([]);
});

test("refuses an address in the theme of all charts", async () => {
  theme.write({ "charts/theme.json": JSON.stringify({ image: { url: theme.url } }, null, 2) });
  expect((await theme.render()).error).toContain('/theme/charts/theme.json: line 3, "url": ');
});

/** Expressions that would be the process's own, were they code. */
test.each([
  "datum.constructor.constructor('return process')().exit(1)",
  "[].constructor.constructor",
  "{toString: datum.constructor.constructor}",
  "replace('a', regexp('a'), datum.constructor.constructor)",
  "process.env",
  "globalThis",
  "require('fs')",
])("an expression reaches nothing: %s", async (expression) => {
  const marked = { ...TEXT, transform: [{ calculate: expression, as: "value" }] };
  theme.write({ "charts/tiny.vl.json": JSON.stringify(layered(marked)) });
  const { texts, asked } = await theme.render();
  expect(texts).not.toMatch(/\[native code\]|PATH=|function Object/);
  expect(asked).toEqual([]);
});

test("the loader itself refuses what no walk has found", async () => {
  const file = join(theme.outside, "secret.txt");
  writeFileSync(file, SECRET);
  const loader = shutLoader();
  const addresses = [
    file,
    pathToFileURL(file).href,
    `${theme.url}/a.csv`,
    "data:text/csv,a%0A1",
    "//host/a.csv",
  ];
  const data = addresses.map((url, index) => ({ name: `d${index}`, url }));
  const view = new View(parse({ data }), { renderer: "none", loader, logLevel: 0 });
  await view.runAsync();
  const read = data.map(({ name }) => view.data(name));
  expect(read).toEqual(addresses.map(() => []));
  expect([...loader.refused].sort()).toEqual([...addresses].sort());
  expect(theme.asked).toEqual([]);
});
