import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A server that sends what it is given, byte by byte, and knows nothing of HTTP. */
export interface RawServer {
  url: string;
  /** The first lines of what was asked. */
  asked: string[];
  /** Connections that stand. */
  readonly open: number;
  close(): Promise<void>;
}

/** Starts a server on a free port that hands each request, once its headers are there, to `answer`. For tests. */
export async function startRawServer(
  answer: (socket: Socket, firstLine: string) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let head = "";
    socket.on("data", (chunk) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      const [firstLine = ""] = head.split("\r\n", 1);
      head = "";
      asked.push(firstLine);
      answer(socket, firstLine);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get open() {
      return sockets.size;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
