import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { EditionToSend } from "@nightledger/deliver";
import { MANIFEST_END, readManifest, subjectName } from "@nightledger/report";
import { hasText } from "../verbs/night-options.ts";
import type { ReportGroup } from "./report-groups.ts";

/** The newest editions that a folder has of a night's report, one for each subject. @throws ManifestError */
export function findEditions(folder: string, dataDate: string, group: ReportGroup): EditionToSend[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter(
    (name) => name.startsWith(`${dataDate}_${group.report}_`) && name.endsWith(MANIFEST_END),
  );
  const newest = new Map<string, EditionToSend>();
  for (const name of own.sort()) {
    const manifest = join(folder, name);
    const told = readManifest(manifest);
    const { audience, target } = told.subject;
    const isAsked =
      told.locale === group.locale &&
      audience?.name === group.audience &&
      (target === null || group.only === undefined || hasText(group.only)(target));
    const subject = subjectName(told.subject);
    if (isAsked && told.edition > (newest.get(subject)?.told.edition ?? 0))
      newest.set(subject, { manifest, told });
  }
  return [...newest.values()];
}
