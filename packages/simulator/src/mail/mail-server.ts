import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerOptions,
  type SMTPServerSession,
} from "smtp-server";
import { localCertificate } from "./certificate.ts";
import { type MailFaults, NO_MAIL_FAULTS, type StallPoint } from "./mail-faults.ts";

/** Who may send, and how they sign in. */
export interface MailLogin {
  user: string;
  password?: string;
  /** Which access tokens are good, for XOAUTH2. */
  accepts?: (token: string) => boolean;
  /** What is offered, such as `LOGIN`, `CRAM-MD5` or `XOAUTH2`; left out, PLAIN and LOGIN. */
  mechanisms?: readonly string[];
}

export interface MailServerOptions {
  /** 0 takes any that is free. */
  port?: number;
  tls?: "starttls" | "implicit" | "off";
  /** Whom its certificate is of; left out, localhost. */
  certificateName?: string;
  /** Who may send; left out, everybody. */
  login?: MailLogin;
  faults?: MailFaults;
  /** A folder that each mail is put into, as `0001.eml`, before it is acknowledged. */
  folder?: string;
}

/** A mail as it came. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body. */
  raw: Buffer;
  /** Whether it came encrypted. */
  secure: boolean;
}

/** A real SMTP server that keeps what it gets, and whose faults can be chosen. */
export interface MailServer {
  port: number;
  /** The authority of its certificate, PEM. */
  ca: string;
  /** What it took, in the order of arrival; also what it took and did not acknowledge. */
  mails: ReceivedMail[];
  /** How many connections there were. */
  connections(): number;
  /** The name of each EHLO that it took. */
  clientNames: string[];
  /** The mechanism of each try to sign in. */
  logins: string[];
  setFaults(faults: MailFaults): void;
  close(): Promise<void>;
}

/** `550 5.1.1 No` as an error that the server answers with. */
function answer(text: string): Error {
  const responseCode = Number(text.slice(0, 3));
  return Object.assign(new Error(text.slice(4)), { responseCode });
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a callback of the server does, with its error handed to the callback. */
const settled = <T>(work: () => Promise<T>, callback: (error?: Error | null, value?: T) => void): void => {
  work().then(
    (value) => callback(null, value),
    (error: Error) => callback(error),
  );
};

/** Whether somebody is who may send. */
function isGood(auth: SMTPServerAuthentication, login: MailLogin | undefined): boolean {
  if (login === undefined || auth.username !== login.user) return false;
  if (auth.method === "XOAUTH2") return login.accepts?.(auth.accessToken ?? "") === true;
  if (login.password === undefined) return false;
  return auth.method === "CRAM-MD5"
    ? auth.validatePassword(login.password)
    : auth.password === login.password;
}

class Mailroom {
  readonly mails: ReceivedMail[] = [];
  readonly clientNames: string[] = [];
  readonly logins: string[] = [];
  readonly #folder: string | undefined;
  readonly #sockets = new Map<number, Socket>();
  readonly #seen = new Map<string, number>();
  #left = { before: 0, after: 0 };
  #faults: MailFaults = NO_MAIL_FAULTS;
  connections = 0;

  constructor({ folder, faults = NO_MAIL_FAULTS }: MailServerOptions) {
    this.#folder = folder;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    this.setFaults(faults);
  }

  setFaults(faults: MailFaults): void {
    this.#faults = faults;
    this.#left = { before: faults.dropBeforeDot ?? 0, after: faults.dropAfterDot ?? 0 };
    this.#seen.clear();
  }

  get auth(): boolean {
    return this.#faults.auth === true;
  }

  /** The answer to a name in EHLO that is not wanted; null takes it. */
  greet(name: string, at: "ehlo" | "recipient"): string | null {
    const { clientName } = this.#faults;
    if (at === "ehlo") this.clientNames.push(name);
    if (clientName?.at !== at || !clientName.refuses.test(name)) return null;
    return `504 5.5.2 <${name}>: Helo command rejected: need fully-qualified hostname`;
  }

  know(socket: Socket): void {
    this.connections += 1;
    const { remotePort = 0 } = socket;
    this.#sockets.set(remotePort, socket);
    socket.once("close", () => this.#sockets.delete(remotePort));
    socket.on("error", () => {});
  }

  hangUp({ remotePort }: SMTPServerSession): void {
    this.#sockets.get(remotePort)?.destroy();
  }

  async stall(at: StallPoint): Promise<void> {
    const { stall } = this.#faults;
    if (stall?.at === at) await sleep(stall.ms, undefined, { ref: false });
  }

  async sender(): Promise<void> {
    await this.stall("mail");
    const { sender } = this.#faults;
    if (sender !== undefined) throw answer(sender);
  }

  recipient(address: string, clientName: string): void {
    const { recipients = {}, greylist = 0 } = this.#faults;
    const greeting = this.greet(clientName, "recipient");
    if (greeting !== null) throw answer(greeting);
    const said = recipients[address];
    if (said !== undefined) throw answer(said);
    const before = this.#seen.get(address) ?? 0;
    this.#seen.set(address, before + 1);
    if (before < greylist) throw answer("451 4.7.1 Greylisted, try again later");
  }

  async take(stream: AsyncIterable<Buffer>, session: SMTPServerSession): Promise<string> {
    if (this.#left.before > 0) {
      this.#left.before -= 1;
      this.hangUp(session);
      throw answer("421 Gone");
    }
    const raw = await bytesOf(stream);
    await this.stall("dot");
    const { message, size } = this.#faults;
    if (size !== undefined && raw.length > size.bytes) throw answer("552 5.3.4 Message too big");
    if (message !== undefined) throw answer(message);
    this.#keep(raw, session);
    if (this.#left.after > 0) {
      this.#left.after -= 1;
      this.hangUp(session);
    }
    return `OK, taken as ${this.mails.length}`;
  }

  #keep(raw: Buffer, { envelope, secure }: SMTPServerSession): void {
    const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    this.mails.push({ from, to, raw, secure });
    if (this.#folder === undefined) return;
    const name = join(this.#folder, `${String(this.mails.length).padStart(4, "0")}.eml`);
    writeFileSync(`${name}.part`, raw);
    renameSync(`${name}.part`, name);
  }
}

/** Has a connection's EHLO looked at before it is answered. */
function watchGreeting(server: SMTPServer, room: Mailroom, { id }: SMTPServerSession): void {
  const connection = [...server.connections].find((each) => each.id === id);
  if (connection === undefined) return;
  const taken = connection.handler_EHLO.bind(connection);
  connection.handler_EHLO = (command, callback) => {
    const refusal = room.greet(command.toString().trim().split(/\s+/)[1] ?? "", "ehlo");
    if (refusal === null) return taken(command, callback);
    connection.send(Number(refusal.slice(0, 3)), refusal.slice(4));
    callback();
  };
}

/** Starts a mail server on 127.0.0.1. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { port = 0, tls = "starttls", login, faults } = options;
  const { key, cert } = await localCertificate(options.certificateName);
  const room = new Mailroom(options);
  const wanted: SMTPServerOptions = {
    key,
    cert,
    secure: tls === "implicit",
    disabledCommands: [...(tls === "off" ? ["STARTTLS"] : []), ...(login === undefined ? ["AUTH"] : [])],
    allowInsecureAuth: tls === "off",
    authOptional: login === undefined,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 200,
    ...(faults?.size !== undefined && { size: faults.size.bytes, hideSize: faults.size.hidden === true }),
    ...(login?.mechanisms !== undefined && { authMethods: [...login.mechanisms] }),
    onConnect(session, done) {
      watchGreeting(server, room, session);
      settled(() => room.stall("greeting"), done);
    },
    onAuth(auth, _, done) {
      room.logins.push(auth.method);
      if (!room.auth && isGood(auth, login)) done(null, { user: auth.username });
      else done(answer("535 5.7.8 Authentication failed"));
    },
    onMailFrom: (_, __, done) => settled(() => room.sender(), done),
    onRcptTo: ({ address }, { hostNameAppearsAs }, done) =>
      settled(async () => {
        await room.stall("recipient");
        room.recipient(address, hostNameAppearsAs);
      }, done),
    onData: (stream, session, done) => settled(() => room.take(stream, session), done),
  };
  const server: SMTPServer = new SMTPServer(wanted);
  // a client that goes away is no error of the server
  server.on("error", () => {});
  server.server.on("connection", (socket: Socket) => room.know(socket));
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    ca: cert,
    mails: room.mails,
    clientNames: room.clientNames,
    logins: room.logins,
    connections: () => room.connections,
    setFaults: (given) => room.setFaults(given),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
