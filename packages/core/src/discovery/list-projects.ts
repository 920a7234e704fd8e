import { call } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { listProjectsAnswer } from "../contract.ts";
import { CloudError, ContractError } from "../errors.ts";
import { parseAnswer } from "../parse-answer.ts";
import type { Listing } from "./listing.ts";

const OPERATION = "KeystoneListAuthProjects";
/** More pages than any account has: a list that goes on has no end. */
const MOST_PAGES = 100;

/** Where the next page is; null is: this was the last. A credential goes to no other origin than the one configured. */
function nextPage(links: unknown, { at, visited, body }: { at: URL; visited: Set<string>; body: Buffer }) {
  const refuse = (why: string) => new ContractError(OPERATION, [`$.links.next: ${why}`], body);
  const next = (links as { next?: unknown } | null | undefined)?.next ?? null;
  if (next === null || next === "") return null;
  if (typeof next !== "string" || !URL.canParse(next, at.href)) throw refuse("no URL");
  const url = new URL(next, at);
  url.hash = "";
  if (url.origin !== at.origin) throw refuse("another origin than endpoints.iam");
  if (visited.has(url.href)) throw refuse("a page that was read already");
  if (visited.size >= MOST_PAGES) throw refuse(`more than ${MOST_PAGES} pages`);
  return url;
}

/**
 * The projects that the caller sees (IAM, KeystoneListAuthProjects): documented as one answer with `links.next` null,
 * followed where it is not. A page that fails leaves the list incomplete; the first one is needed.
 *
 * @throws CloudError where the first page fails
 */
export async function listProjects(cloud: Cloud, signal: AbortSignal | undefined): Promise<Listing> {
  const entries: unknown[] = [];
  const visited = new Set<string>();
  let url: URL | null = new URL("/v3/auth/projects", cloud.endpoints.iam);
  while (url !== null) {
    const at: URL = url;
    try {
      const { body } = await call(cloud, {
        operation: OPERATION,
        documented: Object.keys(listProjectsAnswer.shape),
        url: at,
        scope: "domain",
        ...(signal && { signal }),
      });
      visited.add(at.href);
      const { projects, links } = parseAnswer(OPERATION, listProjectsAnswer, body).data;
      entries.push(...projects);
      url = nextPage(links, { at, visited, body });
    } catch (error) {
      if (visited.size === 0 || entries.length === 0 || !(error instanceof CloudError)) throw error;
      return { entries, incomplete: error };
    }
  }
  return { entries, incomplete: null };
}
