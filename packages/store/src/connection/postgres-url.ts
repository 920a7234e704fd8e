/** What a `postgres://` URL names: nothing else of it is ever handed to the driver, whose own reading takes far more. */
export interface PostgresUrl {
  /** A name, an address without brackets, or the folder of a socket; null where the URL names none. */
  host: string | null;
  port: number | null;
  user: string | null;
  password: string | null;
  database: string | null;
  /** Set by `connectable` alone: the operator allows this host to be spoken to without TLS. */
  isPlainAllowed: boolean;
  /** Set by `connectable` alone: a PEM file with the authority of the server's certificate. */
  caFile: string | null;
}

const TLS_OFF = "tls";
const CA_FILE = "ca";

const decoded = (text: string): string | null => {
  if (text === "") return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** @throws TypeError where it is no URL */
export function readPostgresUrl(url: string): PostgresUrl {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: decoded(hostname)?.replace(/^\[(.*)\]$/, "$1") ?? null,
    port: port === "" ? null : Number(port),
    user: decoded(username),
    password: decoded(password),
    database: decoded(pathname.slice(1)),
    isPlainAllowed: searchParams.get(TLS_OFF) === "off",
    caFile: searchParams.get(CA_FILE),
  };
}

/** This very host: its loopback addresses, or the folder of a socket. A name that only looks like one is none. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\]|\/.*)$/i.test(host);

/** How parameters of the driver are told off. */
const TLS_CURE =
  "TLS is on, and the certificate is verified, wherever the server is not this host; postgresCa names an authority of your own, allowPlainPostgres a host without TLS";
const HOST_CURE = "name the server in its place, postgres://user@host:port/database";

/** What keeps a URL from being taken as an operator gives it, in words that do not show it; null is nothing. */
export function postgresUrlProblem(url: string): string | null {
  if (!URL.canParse(url)) return "is no URL, such as postgres://user@host/database";
  const { password, searchParams } = new URL(url);
  if (password !== "" || searchParams.has("password")) {
    return "must not hold the password; give it as PGPASSWORD, or in a PGPASSFILE, as psql takes it";
  }
  const [name] = searchParams.keys();
  if (name === undefined) return null;
  const parameter = /^[\w-]{1,40}$/.test(name) ? `?${name}=` : "parameters";
  if (/^(host|hostaddr|port|user|dbname)$/i.test(name)) return `takes no ${parameter}; ${HOST_CURE}`;
  if (/^(ssl|tls|uselibpqcompat|ca$)/i.test(name)) return `takes no ${parameter}; ${TLS_CURE}`;
  return `takes no ${parameter}; leave it out`;
}

/** What an operator says of TLS to PostgreSQL. */
export interface PostgresTrust {
  /** Hosts that may be spoken to without TLS. */
  plainHosts: readonly string[];
  /** A PEM file with the authority of the servers' certificates; null takes the system's. */
  caFile: string | null;
}

/** Whether passwords and figures go to the server of a URL in clear over a network. */
export function isPlainRemote(url: string): boolean {
  const { host, isPlainAllowed } = readPostgresUrl(url);
  return isPlainAllowed && host !== null && !isLoopback(host);
}

/** A URL that `postgresUrlProblem` takes, with what the operator says of TLS, for whoever connects. */
export function connectable(url: string, { plainHosts, caFile }: PostgresTrust): string {
  const { host } = readPostgresUrl(url);
  const trusted = new URL(url);
  if (host !== null && isLoopback(host)) return url;
  if (host !== null && plainHosts.some((name) => name.toLowerCase() === host.toLowerCase())) {
    trusted.searchParams.set(TLS_OFF, "off");
    return trusted.href;
  }
  if (caFile === null) return url;
  trusted.searchParams.set(CA_FILE, caFile);
  return trusted.href;
}
