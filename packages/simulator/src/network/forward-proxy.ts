import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { type Certificate, signedCertificate } from "./certificates.ts";

export interface ForwardProxyOptions {
  /** The ports of this host that stand for targets, by `host:port`. Any other target is one that it cannot reach. */
  targets: Readonly<Record<string, number>>;
  /** The `user:password` that it asks for; left out, none. */
  credentials?: string;
  /** What it says it takes, with its 407. Default `Basic realm="company"`. */
  challenge?: string;
  /** Its own certificate; left out, it is spoken to without TLS. */
  tls?: Certificate;
  /** Targets that it refuses with 403, by `host:port`. */
  forbidden?: readonly string[];
  /** What it does in place of an answer to CONNECT: nothing for ever, or it closes the connection. */
  insteadOfAnswer?: "silence" | "close";
  /** Opens every tunnel with a certificate of this authority, and sends what is in it to the target without TLS. */
  inspectsWith?: Certificate;
}

/** One request that reached the proxy, and what it answered itself: 200 for what it let through. */
export interface Proxied {
  method: string;
  /** `host:port`. */
  target: string;
  status: number;
  /** The address it came from. */
  from: string;
}

/** A company's proxy, simulated: a real HTTP server that takes CONNECT and requests in absolute form. */
export interface ForwardProxy {
  url: string;
  port: number;
  /** All that it was asked, in order. */
  asked: Proxied[];
  close(): Promise<void>;
}

class OpenProxy implements ForwardProxy {
  readonly asked: Proxied[] = [];
  readonly #options: ForwardProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Decrypts what is in the tunnels that are inspected. */
  readonly #inspector: Server;

  constructor(options: ForwardProxyOptions) {
    this.#options = options;
    const take = (incoming: IncomingMessage, outgoing: ServerResponse) => this.#forward(incoming, outgoing);
    this.#server = options.tls === undefined ? createServer(take) : createTlsServer(options.tls, take);
    this.#server.on("connect", (incoming, socket: Socket) => void this.#tunnel(incoming, socket));
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
    this.#inspector = createServer(take);
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#options.tls === undefined ? "http" : "https"}://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on("error", () => socket.destroy()).on("close", () => this.#sockets.delete(socket));
  }

  /** The proxy's own answer; 200 lets it through. */
  #judge({ method = "", headers, socket }: IncomingMessage, target: string): number {
    const { credentials, forbidden = [], targets } = this.#options;
    const expected =
      credentials === undefined ? null : `Basic ${Buffer.from(credentials).toString("base64")}`;
    const isKnown = expected === null || headers["proxy-authorization"] === expected;
    const status = !isKnown
      ? 407
      : forbidden.includes(target)
        ? 403
        : targets[target] === undefined
          ? 502
          : 200;
    this.asked.push({ method, target, status, from: socket.remoteAddress ?? "" });
    return status;
  }

  get #challenge(): string {
    return this.#options.challenge ?? 'Basic realm="company"';
  }

  async #tunnel(incoming: IncomingMessage, socket: Socket): Promise<void> {
    this.#keep(socket);
    const target = incoming.url ?? "";
    const status = this.#judge(incoming, target);
    if (this.#options.insteadOfAnswer === "silence") return;
    if (this.#options.insteadOfAnswer === "close") return void socket.destroy();
    if (status !== 200) {
      const more = status === 407 ? `Proxy-Authenticate: ${this.#challenge}\r\n` : "";
      socket.end(`HTTP/1.1 ${status} Refused\r\n${more}Content-Length: 0\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    const { inspectsWith } = this.#options;
    if (inspectsWith !== undefined) {
      const [host = ""] = target.split(":");
      const secureContext = createSecureContext(await signedCertificate(host, inspectsWith));
      const opened = this.#keep(new TLSSocket(socket, { isServer: true, secureContext }));
      Object.assign(opened, { inspected: target });
      this.#inspector.emit("connection", opened);
      return;
    }
    const other = this.#keep(connect(this.#options.targets[target] ?? 0, "127.0.0.1"));
    socket.pipe(other).pipe(socket);
    socket.on("close", () => other.destroy());
    other.on("close", () => socket.destroy());
  }

  /** A request in absolute form, or one out of an inspected tunnel. */
  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { inspected } = incoming.socket as Socket & { inspected?: string };
    const url = new URL(incoming.url ?? "/", `http://${inspected ?? "nowhere"}`);
    const target = inspected ?? `${url.hostname}:${url.port === "" ? 80 : url.port}`;
    const status = inspected === undefined ? this.#judge(incoming, target) : 200;
    if (status !== 200) {
      outgoing.writeHead(status, status === 407 ? { "proxy-authenticate": this.#challenge } : {}).end();
      return;
    }
    const { "proxy-authorization": _, ...headers } = incoming.headers;
    const { method } = incoming;
    const port = this.#options.targets[target];
    const onward = request(
      { host: "127.0.0.1", port, method, path: `${url.pathname}${url.search}`, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }
}

export const startForwardProxy = (options: ForwardProxyOptions): Promise<ForwardProxy> =>
  new OpenProxy(options).listen();
