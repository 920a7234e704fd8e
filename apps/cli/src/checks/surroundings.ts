import { shownPlace } from "@nightledger/store";
import type { Config } from "../config.ts";
import { type Held, holdAgainstSurroundings } from "../ledger/contradiction-of.ts";
import { contradictionCure, contradictionText } from "../ledger/contradiction-text.ts";
import type { Finding } from "./finding.ts";

/** What an acceptance says, without the seals that it sets aside. */
const shown = (text: string): string => text.replace(/ Seals set aside:.*$/s, "");

/**
 * Does the ledger agree with what was made from it? Returns whether there is a ledger to check further, as far as this
 * check can say: one that cannot be read is reported by the check of the database.
 */
export async function* surroundingsFindings(config: Config, now: Date): AsyncGenerator<Finding, boolean> {
  const about = { check: "surroundings", subject: shownPlace(config.database) } as const;
  let held: Held;
  try {
    held = await holdAgainstSurroundings(config, now);
  } catch {
    return true;
  }
  const { contradiction, hasRuns, acceptances } = held;
  if (contradiction !== null) {
    const detail = `${contradictionText(config.database, contradiction)} Nothing writes it until that is decided. ${contradictionCure(config, contradiction)}`;
    yield { ...about, status: "failed", detail };
  } else if (hasRuns) {
    yield {
      ...about,
      status: "ok",
      detail: "It has all that its copy and the manifests of its reports name.",
    };
  }
  for (const { runId, at, text } of acceptances)
    yield { ...about, status: "ok", detail: `Run ${runId}, ${at}. ${shown(text)}` };
  return contradiction?.kind !== "missing" && contradiction?.kind !== "empty";
}
