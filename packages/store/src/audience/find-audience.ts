import { sql } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { NoAudienceTargetsError } from "../errors.ts";
import type { Schema } from "../tables.ts";
import { projectOn } from "../views/fragments.ts";
import { accountsNamed } from "./accounts-named.ts";
import { type AudienceFilter, CONDITIONS } from "./audience-filter.ts";
import { CONDITION_FITS, type Candidate as FilterCandidate } from "./fits-audience.ts";

/** What names a project and its filter, where it has no number. */
export interface ScopeIdentity {
  account: string;
  region: string;
  project_id: string;
  enterprise_project_id: string;
}

/** Who belongs to an audience. */
export interface AudienceMembers {
  targetIds: number[];
  /** All that discovery saw of it, whether it became a target or not. */
  identities: ScopeIdentity[];
  /** What the filter names and no target has, such as `units: Paymnts`. */
  unmatched: string[];
}

interface Candidate extends ScopeIdentity, FilterCandidate {
  target_id: number | null;
}

const keyOf = (row: ScopeIdentity): string =>
  [row.account, row.region, row.project_id, row.enterprise_project_id].join("\u0000");

/**
 * Every target with the names of the night, and what discovery saw beside: that was never a target, so it has no unit.
 * Accounts are given by what names them in tables.
 */
async function candidates(db: ReadonlyKysely<Schema>, dataDate: string): Promise<Candidate[]> {
  const targets = await db
    .selectFrom("unit_target as u")
    .innerJoin("target as t", "t.id", "u.target_id")
    .select(["u.target_id", "t.account", "t.region", "t.project_id", "t.enterprise_project_id", "u.unit"])
    .select(sql.raw<string>(projectOn(`'${dataDate.replaceAll("'", "''")}'`)).as("project_name"))
    .where("u.from_date", "<=", dataDate)
    .where("u.to_date", ">", dataDate)
    .orderBy("u.target_id")
    .execute();
  const known = new Set(targets.map(keyOf));
  const seen = await db
    .selectFrom("inventory")
    .select(["account", "region", "project_id", "enterprise_project_id", "project_name"])
    .execute();
  const others = seen.filter((entry) => !known.has(keyOf(entry)));
  return [...targets, ...others.map((entry) => ({ ...entry, target_id: null, unit: null }))];
}

const NAMES: Record<keyof AudienceFilter, (one: Candidate) => string | null> = {
  units: ({ unit }) => unit,
  accounts: ({ account }) => account,
  regions: ({ region }) => region,
  projects: ({ project_name }) => project_name,
};

/** The targets of an audience, with the units of one night. @throws NoAudienceTargetsError */
export async function findAudience(
  db: ReadonlyKysely<Schema>,
  filter: AudienceFilter,
  dataDate: string,
): Promise<AudienceMembers> {
  const all = await candidates(db, dataDate);
  const accountsOf = await accountsNamed(db);
  const fits: typeof CONDITION_FITS = {
    ...CONDITION_FITS,
    accounts: (names, { account }) => names.some((name) => accountsOf(name).includes(account)),
  };
  const given = CONDITIONS.flatMap((condition) => {
    const names = filter[condition];
    return names === undefined ? [] : [{ condition, names }];
  });
  const targets = all.filter(({ target_id }) => target_id !== null);
  const members = all.filter((one) => given.every(({ condition, names }) => fits[condition](names, one)));
  const targetIds = members.flatMap(({ target_id }) => (target_id === null ? [] : [target_id]));
  if (targetIds.length === 0) {
    const onRecord = given.map(({ condition, names }) => ({
      condition,
      names,
      known: [...new Set(targets.flatMap((one) => NAMES[condition](one) ?? []))].sort(),
    }));
    throw new NoAudienceTargetsError(dataDate, onRecord);
  }
  const unmatched = given.flatMap(({ condition, names }) =>
    names
      .filter((name) => !targets.some((one) => fits[condition]([name], one)))
      .map((name) => `${condition}: ${name}`),
  );
  return { targetIds, identities: members.map(identityOf), unmatched };
}

const identityOf = ({ account, region, project_id, enterprise_project_id }: Candidate): ScopeIdentity => ({
  account,
  region,
  project_id,
  enterprise_project_id,
});
