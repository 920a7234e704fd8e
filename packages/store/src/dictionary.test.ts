import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DICTIONARY } from "./dictionary.ts";
import { dictionaryMarkdown } from "./dictionary-markdown.ts";
import { engineViews } from "./engine-views.ts";
import { PART_VIEWS } from "./part-views.ts";
import { COMPUTED_VIEWS } from "./rollups.ts";
import { ENGINES, openTestLedger } from "./test-engines.ts";

describe.each(ENGINES)("on %s", (engine) => {
  test("the dictionary has the views and columns that the database has", async () => {
    const { ledger, remove } = await openTestLedger(engine);
    const parts = new Set<string>(
      [...PART_VIEWS, ...engineViews(engine), ...COMPUTED_VIEWS].map(([name]) => name),
    );
    const tables = await ledger.db.introspection.getTables();
    const real = tables
      .filter(({ name, isView }) => isView && !parts.has(name))
      .map(({ name, columns }) => [name, columns.map((column) => column.name).sort()] as const);
    expect(
      Object.fromEntries(
        DICTIONARY.map(({ view, columns }) => [view, columns.map((each) => each.column).sort()]),
      ),
    ).toEqual(Object.fromEntries(real));
    await remove();
  });
});

test("every view and every column has one sentence", () => {
  const sentences = DICTIONARY.flatMap(({ view, meaning, columns }) => [
    [view, meaning],
    ...columns.map((column) => [`${view}.${column.column}`, column.meaning]),
  ]);
  expect(sentences.filter(([, meaning]) => !/^.{10,}[.?]$/.test(meaning ?? ""))).toEqual([]);
});

test("views join on columns that both have", () => {
  const wrong = DICTIONARY.filter(
    ({ joins, columns }) =>
      joins !== null && !joins.on.every((name) => columns.some(({ column }) => column === name)),
  );
  expect(wrong.map(({ view }) => view)).toEqual([]);
});

test("docs/data-dictionary.md is the dictionary's", () => {
  const page = readFileSync(new URL("../../../docs/data-dictionary.md", import.meta.url), "utf8");
  expect(page).toBe(dictionaryMarkdown(DICTIONARY));
});
