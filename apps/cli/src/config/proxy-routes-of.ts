import { X509Certificate } from "node:crypto";
import type { ForwardProxy, ProxyRoutes } from "@nightledger/core/proxy-routes";
import { Secret } from "@nightledger/core/secret";
import { type LookUp, replaced } from "../config-references.ts";
import type { Settings } from "../config-schema.ts";
import type { ConfigProblem } from "../errors.ts";
import { proxyUrlProblem } from "../settings/network.ts";

type Given = Settings["network"];

const originOf = (url: URL): string => `${url.protocol}//${url.host}`;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The proxy that the configuration names; null where it names none, or `off`. */
function configured({ proxy }: Given, look: LookUp): ForwardProxy | null {
  if (proxy === undefined) return null;
  const { url, user, password } = typeof proxy === "string" ? { url: proxy } : proxy;
  if (url === "off") return null;
  return {
    url: originOf(new URL(url)),
    setting: "network.proxy",
    user: user ?? null,
    password: password === undefined ? null : new Secret(replaced(password, look)),
  };
}

/** A variable by its lower-case name, else its upper-case one, as curl and others read it; null is none. */
function variable(env: NodeJS.ProcessEnv, name: string): { setting: string; value: string } | null {
  for (const setting of [name.toLowerCase(), name]) {
    const value = env[setting]?.trim() ?? "";
    if (value !== "") return { setting, value };
  }
  return null;
}

/** The proxy that a variable names. By custom its URL may hold the credentials, and need not hold a scheme. */
function fromVariable(env: NodeJS.ProcessEnv, name: string, problems: ConfigProblem[]): ForwardProxy | null {
  const found = variable(env, name);
  if (found === null) return null;
  const { setting, value } = found;
  const text = value.includes("://") ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || proxyUrlProblem(originOf(url)) !== null) {
    const message = `is no http or https URL of a proxy, such as http://proxy.example.com:3128; correct the environment variable, or set network.proxy, which goes before it`;
    problems.push({ path: setting, message });
    return null;
  }
  return {
    url: originOf(url),
    setting,
    user: url.username === "" ? null : decoded(url.username),
    password: url.password === "" ? null : new Secret(decoded(url.password)),
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The authorities of a PEM file. @throws Error with what to do */
function authorities(file: string, look: LookUp): string {
  const all = look("file", file).match(CERTIFICATE) ?? [];
  try {
    if (all.length === 0) throw new RangeError("It has none.");
    for (const one of all) new X509Certificate(one);
  } catch {
    throw new Error("is no certificate in PEM; name the authority's");
  }
  return all.join("\n");
}

/** How calls leave this network: the configuration's settings go before the environment's variables, each by itself. */
export function proxyRoutesOf(
  given: Given,
  { look, env }: { look: LookUp; env: NodeJS.ProcessEnv },
): { routes: ProxyRoutes; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const routes: ProxyRoutes = {
    https: null,
    http: null,
    noProxy: given.noProxy ?? variable(env, "NO_PROXY")?.value.split(/[\s,]+/) ?? [],
    ca: null,
  };
  if (given.proxy === undefined) {
    routes.https = fromVariable(env, "HTTPS_PROXY", problems);
    routes.http = fromVariable(env, "HTTP_PROXY", problems);
  } else {
    try {
      routes.https = configured(given, look);
      routes.http = routes.https;
    } catch (error) {
      problems.push({ path: "network.proxy.password", message: (error as Error).message });
    }
  }
  if (given.ca === undefined) return { routes, problems };
  try {
    routes.ca = authorities(given.ca, look);
  } catch (error) {
    problems.push({ path: "network.ca", message: (error as Error).message });
  }
  return { routes, problems };
}
