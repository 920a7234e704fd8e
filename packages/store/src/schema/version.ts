import type { Migration } from "kysely/migration";
import { allViews } from "../all-views.ts";
import { hashOf } from "../content.ts";
import type { Engine } from "./engine.ts";
import { MIGRATION_HASHES } from "./migration-hashes.ts";
import { MIGRATIONS } from "./migration-list.ts";

export type ViewDefinition = readonly [name: string, select: string];

/** What a version of nightledger makes of a ledger. */
export interface Version {
  migrations: Readonly<Record<string, Migration>>;
  hashes: Readonly<Record<string, Readonly<Record<Engine, string>>>>;
  /** A view after those it reads. */
  views(engine: Engine): readonly ViewDefinition[];
}

export const THIS_VERSION: Version = { migrations: MIGRATIONS, hashes: MIGRATION_HASHES, views: allViews };

/** The name of the newest migration that a version knows. */
export const newestOf = (version: Version): string => Object.keys(version.migrations).at(-1) as string;

/** What a ledger keeps of a view's definition. */
export const viewHash = (select: string): Buffer => hashOf(select);

/** SHA-256 of all view definitions of this version: where it differs, the same facts may show other figures. */
export const viewsHash = (): string =>
  hashOf(JSON.stringify([THIS_VERSION.views("sqlite"), THIS_VERSION.views("postgres")])).toString("hex");
