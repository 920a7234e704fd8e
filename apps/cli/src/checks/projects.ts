import { existsSync } from "node:fs";
import { isPostgresUrl, openReader } from "@nightledger/store";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Every project that discovery ever saw. */
async function seenProjects(database: string): Promise<ReadonlySet<string>> {
  if (!isPostgresUrl(database) && !existsSync(database)) return new Set();
  const { db, close } = await openReader(database);
  try {
    const rows = await db.selectFrom("inventory_latest").select("project_id").distinct().execute();
    return new Set(rows.map(({ project_id }) => project_id));
  } finally {
    await close();
  }
}

/** Is each project of `projects:` one that a night has seen? What is left out is named with its reason. */
export async function* projectsFinding({ projects, database }: Config): AsyncGenerator<Finding> {
  const ids = Object.keys(projects);
  if (ids.length === 0) return;
  yield await findingOf("projects", `${ids.length} in the configuration`, async () => {
    const seen = await seenProjects(database);
    const unknown = seen.size === 0 ? [] : ids.filter((id) => !seen.has(id));
    const leftOut = Object.entries(projects).flatMap(([id, { leaveOut }]) =>
      leaveOut === undefined ? [] : [`${id} is left out: ${leaveOut}`],
    );
    const said = leftOut.length === 0 ? ["None is left out."] : leftOut;
    if (unknown.length === 0) return said.join("; ");
    return {
      status: "warning",
      detail: [
        `No night has seen ${unknown.join(", ")}. Check the ids under projects: with "SELECT DISTINCT project_id, project_name FROM inventory_latest"`,
        ...leftOut,
      ].join("; "),
    };
  });
}
