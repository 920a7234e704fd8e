import { startMailServer } from "@nightledger/simulator/mail";
import { expect, test } from "vitest";
import { parcelFor } from "../test-parcels.ts";
import { login, openPost, settingsFor } from "../test-post.ts";
import { clientNameOf } from "./client-name.ts";
import { verifyMailServer } from "./verify-mail-server.ts";

test.each([
  ["night01.corp.example.com", "night01.corp.example.com"],
  ["NIGHT01.Example.COM", "night01.example.com"],
  ["night01", "night01.example.com"],
  ["3f2a9c1b7d60", "3f2a9c1b7d60.example.com"],
  ["localhost", "nightledger.example.com"],
  ["localhost.localdomain", "nightledger.example.com"],
  ["10.1.2.3", "nightledger.example.com"],
  ["night_01", "nightledger.example.com"],
  ["night_01.example.org", "nightledger.example.com"],
  ["", "nightledger.example.com"],
])("greets as a host called %j with the name %s", (host, name) => {
  expect(clientNameOf({ from: "night@example.com" }, host)).toBe(name);
});

test("greets with the name of the configuration, whatever the host is called", () => {
  const settings = { clientName: "relay-client.example.org", from: "night@example.com" };
  expect(clientNameOf(settings, "night01.example.com")).toBe("relay-client.example.org");
});

test("writes a domain outside of ASCII as the DNS has it", () => {
  expect(clientNameOf({ from: "night@bücher.example" }, "night01")).toBe("night01.xn--bcher-kva.example");
});

const LITERALS = /^\[|^[^.]*$/;

test.each([["ehlo"], ["recipient"]] as const)(
  "gets its mail through a relay that refuses address literals at the %s",
  async (at) => {
    const [post, server] = [
      await openPost(),
      await startMailServer({ faults: { clientName: { refuses: LITERALS, at } } }),
    ];
    try {
      await post.enqueue(parcelFor("ann@example.com"));
      await post.send(settingsFor(server));
      expect(server.mails.map(({ to }) => to)).toEqual([["ann@example.com"]]);
      for (const name of server.clientNames) expect(name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
    } finally {
      await server.close();
      await post.remove();
    }
  },
);

test.each([["ehlo"], ["recipient"]] as const)("names mail.clientName where the %s is refused", async (at) => {
  const faults = { clientName: { refuses: /unknown/, at } };
  const [post, server] = [await openPost(), await startMailServer({ faults })];
  try {
    await post.enqueue(parcelFor("ann@example.com"));
    await post.send(settingsFor(server, { clientName: "unknown.example.com" }));
    const [{ state, answer } = {}] = await post.deliveries();
    expect([state, server.mails.length]).toEqual([at === "ehlo" ? "deferred" : "refused", 0]);
    expect(answer).toMatch(/504 5\.5\.2 <unknown\.example\.com>.*Set mail\.clientName to a name/);
  } finally {
    await server.close();
    await post.remove();
  }
});

test("says to the doctor's check which name it gave", async () => {
  const server = await startMailServer({ login: { user: login.user, password: "right" } });
  try {
    const settings = settingsFor(server, { ...login, clientName: "night.example.com" });
    expect(await verifyMailServer(settings)).toEqual({ mechanism: "PLAIN", clientName: "night.example.com" });
    expect(server.clientNames).toEqual(["night.example.com", "night.example.com"]);
  } finally {
    await server.close();
  }
});
