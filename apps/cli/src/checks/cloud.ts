import {
  discoverTargets,
  type EndpointSetting,
  endpointOf,
  hssEndpoint,
  type Inventory,
  listSecurityRisk,
  type Network,
  type Probe,
  type ProxyRoutes,
  probe,
  proxyFor,
} from "@nightledger/core";
import { type IngestAccount, type Projects, withoutConfiguredOut } from "@nightledger/ingest";
import { durationText } from "../duration.ts";
import { type Finding, findingOf } from "./finding.ts";
import { scopeFindings, sharedFindings } from "./scope.ts";

/** Signatures are refused when the clocks differ by more (API Request Signing Guide). */
const MAX_SKEW_MS = 15 * 60_000;
/** Clocks that are kept in time differ by less. */
const USUAL_SKEW_MS = 60_000;

function clockFinding(subject: string, aheadMs: number | null): Finding {
  if (aheadMs === null) {
    return {
      check: "clock",
      subject,
      status: "warning",
      detail: "It does not say what time it has (no Date header).",
    };
  }
  const near = Math.abs(aheadMs) <= USUAL_SKEW_MS;
  const apart = durationText(Math.round(Math.abs(aheadMs) / 60_000) * 60_000);
  const detail = `This machine's clock is ${apart} ${aheadMs > 0 ? "behind" : "ahead"}.`;
  if (near) return { check: "clock", subject, status: "ok", detail: "This machine's clock agrees with it." };
  const refused = Math.abs(aheadMs) > MAX_SKEW_MS;
  const cure = refused
    ? "Signatures are refused beyond 15 min. Set it, and let NTP keep it."
    : "Let NTP keep it in time.";
  return { check: "clock", subject, status: refused ? "failed" : "warning", detail: `${detail} ${cure}` };
}

/** What there is to be examined. */
interface Patient {
  accounts: readonly IngestAccount[];
  network: Network;
  routes: ProxyRoutes;
  /** What the configuration says of projects, by id. */
  projects: Projects;
  signal: AbortSignal;
}

/** Is every endpoint there, through every way out, and what time has it? */
async function* endpoints(asked: readonly Asked[], patient: Patient): AsyncGenerator<Finding> {
  const limits = patient.accounts[0]?.cloud.limits;
  if (limits === undefined) return;
  for (const { shown, endpoint } of asked) {
    const proxy = proxyFor(patient.routes, new URL(endpointOf(endpoint).url));
    const through = proxy === null ? "" : ` through the proxy ${proxy.url} (${proxy.setting})`;
    let seen: Probe | null = null;
    for (const egress of patient.network.egresses) {
      const way = egress.address === null ? shown : `${shown} from ${egress.address}`;
      yield await findingOf("endpoint", way, async () => {
        seen = await probe(endpoint, egress, limits, patient.signal);
        return `It answers, HTTP ${seen.status} in ${seen.tookMs} ms${through}.`;
      });
    }
    if (seen !== null) yield clockFinding(shown, (seen as Probe).clockAheadMs);
  }
}

/** An endpoint, as findings name it. */
interface Asked {
  shown: string;
  endpoint: EndpointSetting;
}

function askedOf(endpoint: EndpointSetting): Asked {
  const { url, signedHost } = endpointOf(endpoint);
  const { origin, pathname } = new URL(url);
  const shown = `${origin}${pathname.replace(/\/+$/, "")}`;
  return { shown: signedHost === null ? shown : `${shown} (signed for ${signedHost})`, endpoint };
}

/** Each endpoint once. */
const distinct = (all: readonly EndpointSetting[]): Asked[] => [
  ...new Map(all.map(askedOf).map((one) => [one.shown, one])).values(),
];

async function* permissions(
  account: IngestAccount,
  { targets }: Inventory,
  patient: Patient,
): AsyncGenerator<Finding> {
  for (const [region, [target]] of Map.groupBy(targets, (each) => each.region)) {
    if (target === undefined) continue;
    yield await findingOf("permission", `${account.cloud.account} ${region}`, async () => {
      const { riskList } = await listSecurityRisk(account.cloud, target, { signal: patient.signal });
      const total = riskList.totalRiskNum === null ? "an unknown number of" : String(riskList.totalRiskNum);
      return `The risk list of ${target.projectName} can be read: ${total} risks.`;
    });
  }
}

/**
 * The cloud, as a night would meet it: endpoints and their clocks, then of each account its credential and, in every
 * region, the permission to read one project. That takes one call of each quota.
 */
export async function* cloudFindings(patient: Patient): AsyncGenerator<Finding> {
  const global = patient.accounts.flatMap(({ cloud, enterpriseProjects }) =>
    enterpriseProjects === "each" ? [cloud.endpoints.iam, cloud.endpoints.eps] : [cloud.endpoints.iam],
  );
  const first = distinct(global);
  const asked = new Set(first.map(({ shown }) => shown));
  yield* endpoints(first, patient);

  const inventories: Inventory[] = [];
  for (const account of patient.accounts) {
    let inventory: Inventory | null = null;
    yield await findingOf("credential", account.cloud.account, async () => {
      const listed = await discoverTargets(account.cloud, {
        enterpriseProjects: account.enterpriseProjects,
        signal: patient.signal,
      });
      const { inventory: found, configuredOut } = withoutConfiguredOut(listed, patient.projects);
      inventory = found;
      const regions = new Set(found.targets.map(({ region }) => region)).size;
      const detail = `It is accepted; ${found.targets.length} targets in ${regions} regions, ${found.leftOut.length + configuredOut.length} left out.`;
      if (found.targets.length + configuredOut.length > 0) return detail;
      return { status: "warning", detail: `${detail} Check what its user may see.` };
    });
    if (inventory === null) continue;
    const { targets } = inventory as Inventory;
    inventories.push(inventory);
    yield* scopeFindings(account.cloud.account, inventory);
    const hss = distinct(targets.map(({ region }) => hssEndpoint(account.cloud, region)));
    yield* endpoints(
      hss.filter(({ shown }) => !asked.has(shown)),
      patient,
    );
    for (const { shown } of hss) asked.add(shown);
    yield* permissions(account, inventory, patient);
  }
  yield* sharedFindings(inventories);
}
