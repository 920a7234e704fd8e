import { DIRECT, type ForwardProxy } from "@nightledger/core/proxy-routes";
import { reach } from "@nightledger/core/reach";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

const PATIENCE_MS = 5000;

const credentialsOf = ({ user }: ForwardProxy): string =>
  user === null ? "without a user" : "with a user and a password";

/** The proxies that calls go through: can each be connected to? No call is made. */
export async function* proxyFindings({ network }: Pick<Config, "network">): AsyncGenerator<Finding> {
  const used = [network.https, network.http].filter((proxy) => proxy !== null);
  for (const proxy of new Map(used.map((one) => [`${one.url} ${one.setting}`, one])).values()) {
    const schemes = [proxy === network.https ? "https" : null, proxy === network.http ? "http" : null];
    const of = schemes.filter((scheme) => scheme !== null).join(" and ");
    const except = ["loopback", ...network.noProxy.filter((entry) => entry !== "")].join(", ");
    yield await findingOf("proxy", proxy.url, async () => {
      await reach({ ...DIRECT, ca: network.ca }, new URL(proxy.url), PATIENCE_MS).catch((error: unknown) => {
        const { code = "error" } = error as NodeJS.ErrnoException;
        throw new Error(`It cannot be reached (${code}). Check ${proxy.setting}, and that the proxy runs.`);
      });
      return `It takes connections. ${proxy.setting} names it, ${credentialsOf(proxy)}, for ${of}; not for ${except}.`;
    });
  }
}
