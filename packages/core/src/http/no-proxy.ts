import { BlockList, isIP } from "node:net";

const bare = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");

const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

const isWithin = (host: string, network: string): boolean => {
  const [address = "", bits = ""] = network.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const prefix = Number(bits);
  if (isIP(address) === 0 || !/^\d+$/.test(bits) || prefix > (family === "ipv6" ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
};

/** `host:port` and `[::1]:port` in two; a bare IPv6 address has no port. */
function hostAndPort(entry: string): { host: string; port: string | null } {
  const [, inBrackets, bracketPort] = /^\[(.*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (inBrackets !== undefined) return { host: inBrackets, port: bracketPort ?? null };
  const [, host, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return host === undefined || port === undefined ? { host: entry, port: null } : { host, port };
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry.includes("/")) return isWithin(host, entry);
  const named = hostAndPort(entry);
  if (named.port !== null && named.port !== port) return false;
  const name = bare(named.host);
  if (name === "*") return true;
  if (isIP(host) !== 0) return host === name;
  const suffix = name.replace(/^\*?\./, "");
  return host.endsWith(`.${suffix}`) || (host === suffix && !name.startsWith("*"));
}

/**
 * Whether a URL is called without the proxy. Loopback always is. An entry is a host (with its subdomains), `.suffix`,
 * `*.suffix` (subdomains alone), any of them with `:port`, an IP address, a network such as `10.0.0.0/8`, or `*`.
 */
export function isBypassed(url: URL, entries: readonly string[]): boolean {
  const host = bare(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return isLoopback(host) || entries.some((entry) => entry !== "" && covers(entry.toLowerCase(), host, port));
}
