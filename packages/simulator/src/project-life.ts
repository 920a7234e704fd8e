import { KNOWN_POLICIES, type KnownPolicy } from "./policies.ts";
import { seededInt, seededRandom } from "./seeded-random.ts";

/** How a project behaves over the year. */
export type Character = "steady" | "clean_up" | "incidents" | "stuck" | "scans_stop" | "policies";

/** What of a project never changes. `key` seeds everything else. */
export interface ProjectNature {
  key: string;
  character: Character;
  /** Hosts; it scales all counts. */
  hosts: number;
  /** 0 careful – 1 careless. */
  neglect: number;
}

/** What is true of a project on one day; the answer is computed from it. */
export interface ProjectState {
  alarms: [critical: number, high: number, medium: number, low: number];
  vulnerabilities: [critical: number, high: number, medium: number, low: number];
  settings: [high: number, medium: number, low: number];
  images: [high: number, medium: number, low: number];
  weakPasswordHosts: number;
  dangerousPortHosts: number;
  unprotectedHosts: number;
  unscannedBaselineHosts: number;
  unscannedVulnerabilityHosts: number;
  unscannedImages: number;
  policiesOff: KnownPolicy[];
  /** Alarms that the answer counts but does not itemize. */
  unattributedAlarms: number;
}

/** A part of a project changes on about this share of nights, so that most nights are like the one before. */
const CHANGE_RATE = 0.02;
const LOOK_BACK_DAYS = 150;
const INCIDENT_EVERY_DAYS = 41;

/** The last day on which a part of a project changed. */
function lastChange(nature: ProjectNature, part: string, day: number): number {
  for (let back = 0; back < LOOK_BACK_DAYS; back += 1) {
    if (seededRandom(nature.key, part, "changes", day - back) < CHANGE_RATE) return day - back;
  }
  return Math.floor(day / LOOK_BACK_DAYS) * LOOK_BACK_DAYS;
}

/** How far an incident has come on a day: 1 at its start, falling to 0 when it is over. */
function incident(nature: ProjectNature, day: number): number {
  if (nature.character !== "incidents") return 0;
  const cycle = Math.floor(day / INCIDENT_EVERY_DAYS);
  const start = cycle * INCIDENT_EVERY_DAYS + seededInt(0, 24, nature.key, "incident", cycle);
  const length = seededInt(4, 10, nature.key, "incident length", cycle);
  return day < start || day >= start + length ? 0 : 1 - (day - start) / length;
}

/** A slow clean-up brings counts down to a fifth over some 250 days; a stuck project's grow instead. */
function drift(nature: ProjectNature, day: number, referenceDay: number): number {
  const ago = referenceDay - day;
  if (nature.character === "clean_up") return Math.min(1, Math.max(0.2, 0.2 + (ago / 250) * 0.8));
  if (nature.character === "stuck") return Math.max(0.3, 1.6 - ago / 300);
  return 1;
}

const stopDay = (nature: ProjectNature, referenceDay: number): number =>
  referenceDay - seededInt(15, 75, nature.key, "scans stop");

const policyIsOff = (nature: ProjectNature, policy: KnownPolicy, day: number): boolean => {
  const rate = nature.character === "policies" ? 0.45 : nature.neglect * 0.2;
  const block = Math.floor((day + seededInt(0, 27, nature.key, policy.name)) / 28);
  return seededRandom(nature.key, policy.name, "off", block) < rate;
};

/** The state of a project on a day. Pure: it depends on its arguments alone. */
export function projectState(nature: ProjectNature, day: number, referenceDay: number): ProjectState {
  const { key, hosts, neglect, character } = nature;
  const stopped = character === "scans_stop" && day >= stopDay(nature, referenceDay);
  const scanDay = stopped ? stopDay(nature, referenceDay) : day;
  const count = (part: string, perHost: number, on = day, extra = 1): number => {
    const changed = lastChange(nature, part, on);
    const wave = 0.55 + 0.9 * seededRandom(key, part, changed);
    return Math.round(hosts * perHost * neglect * wave * drift(nature, changed, referenceDay) * extra);
  };
  const trouble = incident(nature, day);
  const weeksStopped = stopped ? 1 + Math.floor((day - stopDay(nature, referenceDay)) / 7) : 0;
  const unscanned = (share: number) => Math.min(hosts, Math.round(weeksStopped * hosts * share));
  return {
    alarms: [
      Math.round(trouble * 5),
      count("alarm high", 0.05) + Math.round(trouble * hosts * 0.8),
      count("alarm medium", 0.2) + Math.round(trouble * hosts * 2),
      count("alarm low", 0.9),
    ],
    vulnerabilities: [
      count("vul critical", 0.02, scanDay),
      count("vul high", 0.12, scanDay),
      count("vul medium", 0.5, scanDay),
      count("vul low", 0.8, scanDay),
    ],
    settings: [
      count("base high", 0.03, scanDay),
      count("base medium", 0.1, scanDay),
      count("base low", 0.25, scanDay),
    ],
    images: [count("image high", 0.05), count("image medium", 0.12), count("image low", 0.3)],
    weakPasswordHosts: count("weak passwords", 0.04),
    dangerousPortHosts: count("dangerous ports", 0.12),
    unprotectedHosts: count("unprotected", 0.3),
    unscannedBaselineHosts: unscanned(0.06),
    unscannedVulnerabilityHosts: unscanned(0.1),
    unscannedImages: count("unscanned images", 0.03),
    policiesOff: KNOWN_POLICIES.filter((policy) => policyIsOff(nature, policy, day)),
    unattributedAlarms: character === "stuck" ? count("unattributed", 0.04) : 0,
  };
}
