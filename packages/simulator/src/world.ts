import type { RiskListAnswer } from "./answer.ts";
import { dateOf, dayOf } from "./day.ts";
import { documentedAnswer } from "./documented-answer.ts";
import { type Character, type ProjectNature, projectState } from "./project-life.ts";
import { seededHex, seededInt, seededRandom } from "./seeded-random.ts";
import { answerOf, partOf } from "./state-answer.ts";

export interface WorldOptions {
  /** Another seed is another world. */
  seed?: number;
  accounts?: number;
  /** Projects over all accounts. */
  projects?: number;
  /** Enterprise projects of each account, the default one among them; default 3. */
  enterpriseProjects?: number;
  /** `YYYY-MM-DD`: the day on which project 1 answers the documented example. */
  referenceDate?: string;
}

export interface EnterpriseProject {
  id: string;
  name: string;
}

export interface WorldAccount {
  name: string;
  domainId: string;
  userName: string;
  password: string;
  ak: string;
  sk: string;
  /** A temporary key of the same user, with its security token. */
  temporaryKey: { ak: string; sk: string; securityToken: string };
  /** The agency that lets users of the other accounts read this one. */
  agencyName: string;
  /** Those the user is granted; the first is the default one, id `0`. */
  enterpriseProjects: EnterpriseProject[];
  /** The business unit that its projects belong to, but for those that `units` names by patterns. */
  unit: string;
  units: { unit: string; projects: string[] }[];
}

export interface WorldProject {
  id: string;
  name: string;
  account: WorldAccount;
  region: string;
  /** First day it exists; null when it was always there. */
  bornOn: string | null;
  /** First day it is no longer in use; null when it never closes. */
  closedOn: string | null;
}

/** The whole of a simulated cloud. It has no memory: an answer depends on seed, date, project and filter alone. */
export interface World {
  referenceDate: string;
  accounts: WorldAccount[];
  projects: WorldProject[];
  existsOn(project: WorldProject, date: string): boolean;
  isOpenOn(project: WorldProject, date: string): boolean;
  /** The risk list of a project, or null when the enterprise project is not one of its account's. */
  riskList(project: WorldProject, date: string, enterpriseProjectId: string): RiskListAnswer | null;
}

const REGIONS = ["ap-southeast-3", "ap-southeast-1"] as const;
const ACCOUNT_NAMES = ["harbour", "lantern", "meridian"] as const;
const SUB_PROJECTS = [
  "payments",
  "web-shop",
  "data-lake",
  "生产环境",
  "logistics",
  "staging",
  "customer-portal",
  "支付网关",
  "analytics",
  "identity",
  "iot-gateway",
  "archive",
] as const;
const CHARACTERS: readonly Character[] = [
  "steady",
  "clean_up",
  "incidents",
  "steady",
  "scans_stop",
  "policies",
  "steady",
  "stuck",
];

/** A world large enough has a project that is born and one that is closed while it is watched. */
const LARGE_WORLD = 10;
const BORN_DAYS_AGO = 55;
const CLOSED_DAYS_AGO = 30;

const ACCOUNT_UNITS = ["Retail", "Logistics", "Corporate"] as const;
/** A unit that has projects in every account. */
const PAYMENTS = { unit: "Payments", projects: ["*_payments*", "*_支付网关*"] };

const ENTERPRISE_PROJECT_NAMES = ["default", "production", "development"];

function makeAccount(seed: number, index: number, enterpriseProjects: number): WorldAccount {
  const key = `account ${seed} ${index}`;
  const uuid = (part: string) =>
    [8, 4, 4, 4, 12].map((digits, group) => seededHex(digits, key, part, group)).join("-");
  return {
    name: ACCOUNT_NAMES[index] ?? `account-${index + 1}`,
    domainId: seededHex(32, key, "domain"),
    userName: "nightledger",
    password: `Pw-${seededHex(20, key, "password")}`,
    ak: seededHex(20, key, "ak").toUpperCase(),
    sk: seededHex(40, key, "sk"),
    temporaryKey: {
      ak: seededHex(20, key, "temporary ak").toUpperCase(),
      sk: seededHex(40, key, "temporary sk"),
      securityToken: seededHex(120, key, "security token"),
    },
    agencyName: "nightledger-read",
    enterpriseProjects: Array.from({ length: enterpriseProjects }, (_, nth) => {
      const name = ENTERPRISE_PROJECT_NAMES[nth] ?? `unit-${nth + 1}`;
      return { id: nth === 0 ? "0" : uuid(name), name };
    }),
    unit: ACCOUNT_UNITS[index % ACCOUNT_UNITS.length] ?? ACCOUNT_UNITS[0],
    units: [PAYMENTS],
  };
}

function projectName(indexInAccount: number, region: string): string {
  const nth = Math.floor(indexInAccount / REGIONS.length);
  if (nth === 0) return region;
  const name = SUB_PROJECTS[(nth - 1) % SUB_PROJECTS.length];
  const round = Math.floor((nth - 1) / SUB_PROJECTS.length);
  return round === 0 ? `${region}_${name}` : `${region}_${name}-${round + 1}`;
}

/** Project 1 has come to the documented example step by step: a third of its nights bring more. */
const documentedShare = (daysAgo: number): number =>
  Math.min(1.2, Math.max(0.4, 1 - Math.ceil(daysAgo / 3) * 0.006));

function natureOf(seed: number, index: number): ProjectNature {
  const key = `project ${seed} ${index}`;
  return {
    key,
    character: CHARACTERS[index % CHARACTERS.length] ?? "steady",
    hosts: seededInt(8, 120, key, "hosts"),
    neglect: seededRandom(key, "neglect") ** 2 * 0.6,
  };
}

/** The simulated cloud for a seed. */
export function createWorld(options: WorldOptions = {}): World {
  const { seed = 1, referenceDate = "2026-11-24" } = options;
  const referenceDay = dayOf(referenceDate);
  const count = options.projects ?? 3;
  const accounts = Array.from({ length: options.accounts ?? 1 }, (_, index) =>
    makeAccount(seed, index, options.enterpriseProjects ?? ENTERPRISE_PROJECT_NAMES.length),
  );
  const natures = new Map<WorldProject, ProjectNature>();

  const projects = Array.from({ length: count }, (_, index): WorldProject => {
    const nature = natureOf(seed, index);
    const indexInAccount = Math.floor(index / accounts.length);
    const region = REGIONS[indexInAccount % REGIONS.length] ?? REGIONS[0];
    const account = accounts[index % accounts.length];
    if (account === undefined) throw new RangeError("A world has at least one account.");
    const large = count >= LARGE_WORLD;
    const project = {
      id: seededHex(32, nature.key, "id"),
      name: projectName(indexInAccount, region),
      account,
      region,
      bornOn: large && index === count - 1 ? dateOf(referenceDay - BORN_DAYS_AGO) : null,
      closedOn: large && index === count - 2 ? dateOf(referenceDay - CLOSED_DAYS_AGO) : null,
    };
    natures.set(project, nature);
    return project;
  });

  return {
    referenceDate,
    accounts,
    projects,
    existsOn: ({ bornOn }, date) => bornOn === null || bornOn <= date,
    isOpenOn: ({ closedOn }, date) => closedOn === null || date < closedOn,
    riskList(project, date, enterpriseProjectId) {
      const nature = natures.get(project);
      if (nature === undefined) throw new RangeError(`Project ${project.id} is of another world.`);
      const parts = project.account.enterpriseProjects;
      const part = parts.findIndex(({ id }) => id === enterpriseProjectId);
      const all = enterpriseProjectId === "all_granted_eps";
      if (!all && part === -1) return null;
      if (project === projects[0]) {
        return documentedAnswer(documentedShare(referenceDay - dayOf(date)) / (all ? 1 : parts.length));
      }
      const state = projectState(nature, dayOf(date), referenceDay);
      return answerOf(nature, all ? state : partOf(state, part, parts.length));
    },
  };
}
