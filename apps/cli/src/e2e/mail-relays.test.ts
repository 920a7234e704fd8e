import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MailServerOptions, startTokenEndpoint, type TokenEndpoint } from "@nightledger/simulator/mail";
import { afterEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift } from "../test-night-shift.ts";

let shift: NightShift | null = null;
let endpoint: TokenEndpoint | null = null;

afterEach(async () => {
  await shift?.close();
  await endpoint?.close();
  [shift, endpoint] = [null, null];
});

/** A night's configuration for a relay, with secrets in files. */
async function nightWith(relay: MailServerOptions, mail: object): Promise<NightShift> {
  const opened = await openNightShift({ projects: 2 }, relay);
  shift = opened;
  const secrets = { "client-secret": "client-secret", "refresh-token": "refresh-token-1", password: "right" };
  for (const [name, value] of Object.entries(secrets))
    writeFileSync(join(opened.folder, "secrets", name), value, { mode: 0o600 });
  const { port } = opened.mailServer;
  opened.configure({
    mail: { host: "localhost", port, ca: "mail-ca.pem", from: "night@example.com", retryMinutes: 0, ...mail },
  });
  return opened;
}

const mailFinding = async (opened: NightShift): Promise<{ status: string; detail: string }> => {
  const { out } = await opened.command("doctor", "--quick", "--json");
  return JSON.parse(out).findings.find(({ check }: { check: string }) => check === "mail");
};

test.each([
  ["client credentials", undefined, { scope: "https://outlook.office365.com/.default" }],
  ["a refresh token", "refresh-token-1", { scope: "https://mail.google.com/" }],
])("sends a night through a relay that speaks XOAUTH2 only, with %s", async (_, refreshToken, { scope }) => {
  const tokens = await startTokenEndpoint({ scope, ...(refreshToken !== undefined && { refreshToken }) });
  endpoint = tokens;
  const login = { user: "night@example.com", accepts: tokens.accepts, mechanisms: ["XOAUTH2"] };
  const opened = await nightWith(
    { login },
    {
      user: "night@example.com",
      clientName: "night01.example.com",
      oauth2: {
        ...{ tokenUrl: tokens.url, clientId: "client", scope },
        clientSecret: "${file:secrets/client-secret}",
        ...(refreshToken !== undefined && { refreshToken: "${file:secrets/refresh-token}" }),
      },
    },
  );
  const night = await opened.command("nightly", "--date", NIGHT);
  expect(night.status).toBe(0);
  expect(opened.mailServer.mails.map(({ to }) => to)).toEqual([["ciso@example.com"]]);
  expect(tokens.requests.length).toBe(1);
  expect(await mailFinding(opened)).toMatchObject({
    status: "ok",
    detail:
      "It takes us as night01.example.com with STARTTLS; night@example.com is signed in by XOAUTH2. Nothing was sent.",
  });
  tokens.setFaults({
    answer: { status: 401, body: '{"error":"invalid_client","error_description":"client-secret"}' },
  });
  const refused = await mailFinding(opened);
  expect(refused).toMatchObject({
    status: "failed",
    detail: expect.stringMatching(
      /the token endpoint answered HTTP 401: invalid_client: \[secret\]\. Check mail\.oauth2\.clientId/,
    ),
  });
});

test("sends through a relay that offers no PLAIN, and doctor names what it used", async () => {
  const login = { user: "night", password: "right", mechanisms: ["LOGIN"] };
  const opened = await nightWith({ login }, { user: "night", password: "${file:secrets/password}" });
  expect((await opened.command("nightly", "--date", NIGHT)).status).toBe(0);
  expect(opened.mailServer.logins).toEqual(["LOGIN"]);
  expect((await mailFinding(opened)).detail).toContain("night is signed in by LOGIN");
});

test("sends through a relay that refuses address literals, and names mail.clientName where it refuses more", async () => {
  const faults = { clientName: { refuses: /^\[|^[^.]*$/, at: "ehlo" as const } };
  const opened = await nightWith({ faults }, {});
  expect((await opened.command("nightly", "--date", NIGHT)).status).toBe(0);
  opened.mailServer.setFaults({ clientName: { refuses: /./, at: "ehlo" } });
  expect(await mailFinding(opened)).toMatchObject({
    status: "failed",
    detail: expect.stringMatching(/504 5\.5\.2 .*Set mail\.clientName/),
  });
});

test("prints the whole answer of a recipient that is refused, with its cure", async () => {
  const faults = {
    recipients: { "ciso@example.com": `550 5.1.1 ${"No such user here, sorry. ".repeat(4)}` },
  };
  const opened = await nightWith({ faults }, {});
  expect((await opened.command("nightly", "--date", NIGHT)).status).toBe(6);
  const { err } = await opened.command("deliver");
  expect(err).toContain("Correct the recipient's address in publish or operators.");
});
