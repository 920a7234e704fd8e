import type { EndpointSetting } from "./http/endpoint.ts";
import known from "./regions.json" with { type: "json" };

/** Regions by id, with where HSS answers there. */
export type Regions = Record<string, { hss: EndpointSetting }>;

/** Those of the official SDKs' region lists (py-sdk 3.1.211, java-sdk 3.1.212). */
export const KNOWN_REGIONS: Regions = known;

/** A project is named after its region, a sub-project `{region}_{name}`. */
export const regionOf = (projectName: string): string => projectName.split("_", 1)[0] ?? "";
