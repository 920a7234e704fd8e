import { expect, test } from "vitest";
import { metricsText } from "./metrics-text.ts";
import { readMetrics } from "./test-metrics.ts";

test("labels and help are escaped, and what is not known is left out", () => {
  const text = metricsText([
    {
      name: "nightledger_a",
      help: "One\nline \\ only.",
      samples: [
        { labels: { phase: 'a "quoted" \\ broken\nline' }, value: 1.5 },
        { labels: { phase: "unknown" }, value: null },
      ],
    },
    { name: "nightledger_b", help: "Nothing is known of it.", samples: [{ value: null }] },
    { name: "nightledger_c", help: "Zero is known.", samples: [{ value: 0 }] },
  ]);
  expect(text).toBe(
    String.raw`# HELP nightledger_a One\nline \\ only.
# TYPE nightledger_a gauge
nightledger_a{phase="a \"quoted\" \\ broken\nline"} 1.5
# HELP nightledger_c Zero is known.
# TYPE nightledger_c gauge
nightledger_c 0
`,
  );
  expect(readMetrics(text)).toEqual([
    { name: "nightledger_a", labels: { phase: 'a "quoted" \\ broken\nline' }, value: 1.5 },
    { name: "nightledger_c", labels: {}, value: 0 },
  ]);
});

test.each(["nightledger_a 1\n", "# HELP nightledger_a A.\n# TYPE nightledger_a gauge\nnightledger_b 1\n"])(
  "the tests' reader does not take %j",
  (text) => {
    expect(() => readMetrics(text)).toThrow("This is no figure");
  },
);
