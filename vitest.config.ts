import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that take the longest, mostly since they wait for processes that they kill. */
const LONG =
  /\/(workers|workers-die|exactly-once|crash|verify-ledger|open-scoped-reader|printer|demo|nightly)\.test\.ts$/;

/** The longest first: begun last, they would keep everybody waiting for one of them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // they end what hangs; on a machine that does three things at once a test takes many times as long
    testTimeout: 240_000,
    hookTimeout: 240_000,
    sequence: { sequencer: LongestFirst },
    // most of a test's time goes by waiting for processes, so that two do not stand in each other's way
    maxWorkers: 2,
  },
});
