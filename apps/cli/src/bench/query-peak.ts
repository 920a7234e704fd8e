import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { devNull } from "node:os";
import { run } from "../run.ts";

/** A `nightledger` command line in a process of its own that tells its peak memory. */
const sink = createWriteStream(devNull);
const status = await run(process.argv.slice(2), {
  out: (text) => sink.write(text),
  write: async (piece) => {
    if (!sink.write(piece)) await once(sink, "drain");
  },
  outInteractive: false,
  err: (text) => process.stderr.write(text),
  interactive: false,
  now: () => new Date(),
  env: process.env,
  cwd: process.cwd(),
  signal: new AbortController().signal,
});
process.send?.({ status, peakKiB: process.resourceUsage().maxRSS });
process.disconnect?.();
