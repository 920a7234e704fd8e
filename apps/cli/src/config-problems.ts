import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { endpointOf } from "@nightledger/core/endpoint";
import { isPostgresUrl } from "@nightledger/store/place";
import { isLoopback } from "@nightledger/store/postgres-url";
import type { Settings } from "./config-schema.ts";
import type { ConfigProblem } from "./errors.ts";
import { REPORTS_DIR } from "./reports-dir.ts";

/** Whether a host may be spoken to without TLS. */
const mayBePlain = ({ allowPlainHttp }: Settings, host: string): boolean =>
  isLoopback(host) || allowPlainHttp.includes(host);

function plainHttpProblems(settings: Settings): ConfigProblem[] {
  const urls = [
    ...settings.accounts.flatMap(({ endpoints }, index) =>
      (["iam", "eps", "hss"] as const).map((service) => ({
        path: `accounts[${index}].endpoints.${service}`,
        url: endpoints[service] && endpointOf(endpoints[service]).url,
      })),
    ),
    ...Object.entries(settings.regions).map(([region, { hss }]) => ({
      path: `regions.${region}.hss`,
      url: endpointOf(hss).url,
    })),
    { path: "operations.traces", url: settings.operations.traces },
    { path: "mail.oauth2.tokenUrl", url: settings.mail?.oauth2?.tokenUrl },
  ];
  return urls.flatMap(({ path, url: given }) => {
    if (given === undefined) return [];
    const url = new URL(given.replaceAll("{region}", "region"));
    const allowed = url.protocol === "https:" || mayBePlain(settings, url.hostname);
    const message = `is http without TLS; use https, or name ${url.hostname} in allowPlainHttp`;
    return allowed ? [] : [{ path, message }];
  });
}

const addressOf = (to: Settings["publish"][number]["to"][number]): string =>
  (typeof to === "string" ? to : to.address).toLowerCase();

/** Mails that no server would take, or that would go unencrypted. */
function mailProblems(settings: Settings): ConfigProblem[] {
  const { mail, publish, operators } = settings;
  if (mail === undefined) {
    const first = [
      ...publish.map(({ to }, index) => ({ to, path: `publish[${index}].to` })),
      { to: operators.to, path: "operators.to" },
    ].find(({ to }) => to.length > 0);
    return first === undefined
      ? []
      : [{ path: "mail", message: `is missing, and ${first.path} names who gets mails; give host and from` }];
  }
  if (mail.tls !== "off" || mayBePlain(settings, mail.host)) return [];
  return [
    {
      path: "mail.tls",
      message: `would send reports unencrypted to ${mail.host}; use starttls or implicit, or name the host in allowPlainHttp`,
    },
  ];
}

/** The reports there are. */
const reportNames = (): string[] =>
  readdirSync(REPORTS_DIR).filter((name) => existsSync(join(REPORTS_DIR, name, "report.yaml")));

/** Publications of what there is not, or of the same to the same twice. */
function publicationProblems({ publish, audiences }: Settings): ConfigProblem[] {
  const reports = reportNames();
  const seen = new Map<string, number>();
  return publish.flatMap(({ report, audience, locale, only, to }, index) => {
    const problems: ConfigProblem[] = [];
    const path = `publish[${index}]`;
    if (!reports.includes(report)) {
      problems.push({
        path: `${path}.report`,
        message: `there is no report "${report}"; it is one of: ${reports.join(", ")}`,
      });
    }
    if (audience !== undefined && !Object.hasOwn(audiences, audience)) {
      const known = Object.keys(audiences).join(", ") || "none";
      problems.push({
        path: `${path}.audience`,
        message: `there is no audience "${audience}" in audiences; there is: ${known}`,
      });
    }
    for (const [place, one] of to.entries()) {
      const key = JSON.stringify([report, audience, locale, only, addressOf(one)]);
      const before = seen.get(key);
      if (before !== undefined) {
        problems.push({
          path: `${path}.to[${place}]`,
          message: `gets this report from publish[${before}] already; name each recipient once`,
        });
      }
      seen.set(key, before ?? index);
    }
    return problems;
  });
}

/** Files in each other's way. */
function placeProblems({ publish, operators, reports }: Settings, folder: string): ConfigProblem[] {
  const drops = [
    ...publish.map((one, index) => ({ path: `publish[${index}].folder`, drop: one.folder?.path })),
    { path: "operators.folder", drop: operators.folder?.path },
  ];
  return drops.flatMap(({ path, drop }) =>
    drop !== undefined && resolve(folder, drop) === resolve(folder, reports)
      ? [{ path, message: "is where reports are made; name another folder" }]
      : [],
  );
}

/** What a URL that was kept secret turns out to be. It is not printed. */
export function secretUrlProblem(settings: Settings, url: string): string | null {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return "is no http or https URL";
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || mayBePlain(settings, hostname)
    ? null
    : "is http without TLS; use https, or name its host in allowPlainHttp";
}

/** Workers share what only PostgreSQL can share. */
function workerProblems({ workers, database }: Settings): ConfigProblem[] {
  if (workers === undefined || isPostgresUrl(database)) return [];
  const message =
    "need the ledger in PostgreSQL; give database as postgres://user@host/database (copy brings the history), or leave workers out";
  return [{ path: "workers", message }];
}

/** What the schema cannot see: settings that do not go together. */
export const problemsBetween = (settings: Settings, folder: string): ConfigProblem[] => [
  ...plainHttpProblems(settings),
  ...mailProblems(settings),
  ...publicationProblems(settings),
  ...placeProblems(settings, folder),
  ...workerProblems(settings),
];
