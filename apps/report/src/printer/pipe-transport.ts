import type { Readable, Writable } from "node:stream";
import type { ConnectionTransport } from "puppeteer-core";

const END = "\0";

/** DevTools messages over two pipes. When we die they close, and Chromium ends by itself: a port would not do that. */
export function pipeTransport(toChromium: Writable, fromChromium: Readable): ConnectionTransport {
  const transport: ConnectionTransport = {
    send: (message) => void toChromium.write(message + END),
    close: () => {
      toChromium.destroy();
      fromChromium.destroy();
    },
  };
  let begun: Buffer[] = [];
  fromChromium.on("data", (piece: Buffer) => {
    let start = 0;
    for (let end = piece.indexOf(END); end !== -1; end = piece.indexOf(END, start)) {
      const message = Buffer.concat([...begun, piece.subarray(start, end)]).toString();
      begun = [];
      start = end + 1;
      // each in a turn of its own, so that whoever waits for the first has it before the second comes
      setImmediate(() => transport.onmessage?.(message));
    }
    begun.push(piece.subarray(start));
  });
  fromChromium.on("close", () => transport.onclose?.());
  // that Chromium is gone is told by the other pipe
  toChromium.on("error", () => {});
  fromChromium.on("error", () => {});
  return transport;
}
