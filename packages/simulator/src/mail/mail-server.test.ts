import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { afterEach, expect, test } from "vitest";
import { type MailServer, type MailServerOptions, startMailServer } from "./mail-server.ts";

let server: MailServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(options: MailServerOptions = {}): Promise<MailServer> {
  server = await startMailServer(options);
  return server;
}

const send = ({ port, ca }: MailServer, to = "ann@example.com", auth?: { user: string; pass: string }) =>
  createTransport({ host: "localhost", port, requireTLS: true, tls: { ca }, ...(auth && { auth }) }).sendMail(
    {
      from: "night@example.com",
      to,
      subject: "S",
      text: "T",
    },
  );

test("a mail is taken, encrypted, and kept as it came, also as a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-mails-"));
  try {
    await send(await serve({ folder }));
    expect(server?.mails).toMatchObject([
      { from: "night@example.com", to: ["ann@example.com"], secure: true },
    ]);
    expect(readdirSync(folder)).toEqual(["0001.eml"]);
    expect(readFileSync(join(folder, "0001.eml"))).toEqual(server?.mails[0]?.raw);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("who may not sign in may not send", async () => {
  const login = { user: "night", password: "right" };
  await serve({ login });
  if (server === null) return expect.fail("It was started.");
  await expect(send(server, "ann@example.com", { user: "night", pass: "wrong" })).rejects.toThrow("535");
  await send(server, "ann@example.com", { user: "night", pass: "right" });
  expect(server.mails.length).toBe(1);
});

test.each([
  [{ recipients: { "ann@example.com": "550 5.1.1 No" } }, /550 5\.1\.1 No/, 0],
  [{ greylist: 1 }, /451 4\.7\.1/, 0],
  [{ message: "554 5.7.1 No" }, /554 5\.7\.1 No/, 0],
  [{ sender: "550 5.7.1 Not you" }, /550 5\.7\.1 Not you/, 0],
  [{ dropBeforeDot: 1 }, /closed|ECONNRESET|ECONNECTION|disconnected/, 0],
  [{ dropAfterDot: 1 }, /closed|ECONNRESET|ECONNECTION|disconnected/, 1],
])("with %j the sender hears of it, and so many mails are taken", async (faults, said, taken) => {
  await expect(send(await serve({ faults }))).rejects.toThrow(said);
  expect(server?.mails.length).toBe(taken);
});

test("a fault that strikes once strikes once", async () => {
  await serve({ faults: { dropAfterDot: 1 } });
  if (server === null) return expect.fail("It was started.");
  await expect(send(server)).rejects.toThrow();
  await send(server);
  expect(server.mails.length).toBe(2);
});
