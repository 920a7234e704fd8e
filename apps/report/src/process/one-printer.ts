import { openPrinter } from "../printer/printer.ts";

/** A printer in a process of its own that prints one document after the other until it is ended. For tests. */
export type End = "exit" | "throw";

const HTML = `<h1>Pages</h1>${"<p>A paragraph of a document that takes a moment.</p>".repeat(400)}`;

process.on("message", (end: End) => {
  if (end === "exit") process.exit(7);
  throw new Error("What nobody expected.");
});
process.send?.("started");
const printer = await openPrinter({ pages: 1 });
for (;;) await printer.pdf(HTML);
