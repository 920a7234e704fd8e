import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that can be cut. */
export interface Wire {
  port: number;
  /** What each connection began with. */
  beginnings: readonly string[];
  /** The configuration that goes through it. */
  config: string;
  /** Breaks every connection, and lets no new one through for so long. Milliseconds. */
  cut(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function openWire(to: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  const beginnings: string[] = [];
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    socket.once("data", (data: Buffer) => beginnings.push(data.toString("latin1")));
    const other = connect(to, "127.0.0.1");
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(two);
      one.on("error", () => two.destroy());
      one.on("close", () => {
        sockets.delete(one);
        two.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    beginnings,
    config: `through-${port}.yaml`,
    async cut(ms) {
      isCut = true;
      breakAll();
      await new Promise((resolve) => setTimeout(resolve, ms));
      isCut = false;
    },
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
