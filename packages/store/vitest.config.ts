import { defineConfig, mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";

/** Every test runs on both engines; `x.sqlite.test.ts` and `x.postgres.test.ts` are about one of them alone. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: "sqlite",
            provide: { engine: "sqlite" },
            exclude: ["**/*.postgres.test.ts"],
            globalSetup: "src/testing/engine.setup.ts",
          },
        },
        {
          extends: true,
          test: {
            name: "postgres",
            provide: { engine: "postgres" },
            exclude: ["**/*.sqlite.test.ts"],
            globalSetup: "src/testing/engine.setup.ts",
          },
        },
      ],
    },
  }),
);
