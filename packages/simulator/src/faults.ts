import { z } from "zod";
import { BODY_FAULTS } from "./body-faults.ts";
import { seededRandom } from "./seeded-random.ts";
import { WIRE_FAULTS } from "./wire-faults.ts";

/** Every operation that a fault can strike. */
export const OPERATIONS = [
  "KeystoneCreateUserToken",
  "KeystoneListAuthProjects",
  "ListEnterpriseProject",
  "ListSecurityRisk",
  "ShowRiskScore",
] as const;
export type Operation = (typeof OPERATIONS)[number];

const rule = z.strictObject({
  fault: z.enum([...WIRE_FAULTS, ...BODY_FAULTS]),
  operation: z.enum(OPERATIONS).default("ListSecurityRisk"),
  /** Its number in the world from 1, its id or its name; all projects where it is left out. */
  project: z.union([z.int().min(1), z.string()]).optional(),
  /** Which calls of the same operation and target it strikes, from 1; all where it is left out. */
  calls: z.array(z.int().min(1)).optional(),
  /** How likely it strikes a call; drawn from the seed. */
  probability: z.number().min(0).max(1).default(1),
  delayMs: z.int().min(0).default(300),
  aheadMs: z.int().default(365 * 86_400_000),
  to: z.url().default("http://127.0.0.9:9/"),
});

const profile = z.strictObject({
  seed: z.int().default(1),
  /** Refused calls use up the window, too. */
  countRefused: z.boolean().optional(),
  /** A throttled caller is told when to come back. */
  retryAfter: z.boolean().optional(),
  throttleCode: z.enum(["APIGW.0308", "APIG.0308"]).optional(),
  faults: z.array(rule).default([]),
});

/** Faults to strike calls with; docs/simulator.md. */
export type FaultProfile = z.input<typeof profile>;
export type FaultRule = z.output<typeof rule>;

/** A fault profile as a file gives it. @throws RangeError naming what is wrong */
export function parseFaultProfile(given: unknown): z.output<typeof profile> {
  const parsed = profile.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RangeError(`${issue?.path.join(".") || "the profile"}: ${issue?.message}`);
}

/** What a call is aimed at, as rules name it. */
export interface Aim {
  operation: Operation;
  /** Null for a call that is about no project. */
  project: { number: number; id: string; name: string } | null;
  account: string;
}

/** Decides which call is struck by which fault. */
export class Faults {
  readonly #seed: number;
  readonly #rules: readonly FaultRule[];
  readonly #calls = new Map<string, number>();

  constructor(given: FaultProfile) {
    const { seed, faults } = parseFaultProfile(given);
    this.#seed = seed;
    this.#rules = faults;
  }

  /** The rule that strikes this call; the first that fits. */
  next({ operation, project, account }: Aim): FaultRule | null {
    if (this.#rules.length === 0) return null;
    const target = `${operation} ${project?.id ?? account}`;
    const nth = (this.#calls.get(target) ?? 0) + 1;
    this.#calls.set(target, nth);
    const found = this.#rules.find(
      (candidate, index) =>
        candidate.operation === operation &&
        (candidate.project === undefined ||
          [project?.number, project?.id, project?.name].includes(candidate.project)) &&
        (candidate.calls?.includes(nth) ?? true) &&
        seededRandom(this.#seed, index, target, nth) < candidate.probability,
    );
    return found ?? null;
  }
}
