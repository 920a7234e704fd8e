import { call } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { listProjectsAnswer } from "../contract.ts";
import { CloudError, ContractError } from "../errors.ts";
import { type EndpointRequest, requestTo } from "../http/endpoint.ts";
import { parseAnswer } from "../parse-answer.ts";
import type { Listing } from "./listing.ts";

const OPERATION = "KeystoneListAuthProjects";
/** More pages than any account has: a list that goes on has no end. */
const MOST_PAGES = 100;

const FIRST = "/v3/auth/projects";

interface ReadPage {
  request: EndpointRequest;
  /** Paths of the pages that were read. */
  visited: ReadonlySet<string>;
  body: Buffer;
}

/**
 * The path of the next page; null is: this was the last. A credential goes to no other origin than the one configured,
 * or the one that its calls are signed for.
 */
function nextPage(
  links: unknown,
  { request: { url: at, signedUrl }, visited, body }: ReadPage,
): string | null {
  const refuse = (why: string) => new ContractError(OPERATION, [`$.links.next: ${why}`], body);
  const next = (links as { next?: unknown } | null | undefined)?.next ?? null;
  if (next === null || next === "") return null;
  if (typeof next !== "string" || !URL.canParse(next, signedUrl.href)) throw refuse("no URL");
  const url = new URL(next, signedUrl);
  if (url.origin !== at.origin && url.origin !== signedUrl.origin)
    throw refuse("another origin than endpoints.iam");
  const prefix = at.pathname.slice(0, at.pathname.lastIndexOf(FIRST));
  const pathname =
    prefix !== "" && url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : url.pathname;
  const path = `${pathname}${url.search}`;
  if (visited.has(path)) throw refuse("a page that was read already");
  if (visited.size >= MOST_PAGES) throw refuse(`more than ${MOST_PAGES} pages`);
  return path;
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
  let path: string | null = FIRST;
  while (path !== null) {
    const request = requestTo(cloud.endpoints.iam, path);
    try {
      const { body } = await call(cloud, {
        operation: OPERATION,
        documented: Object.keys(listProjectsAnswer.shape),
        ...request,
        scope: "domain",
        ...(signal && { signal }),
      });
      visited.add(path);
      const { projects, links } = parseAnswer(OPERATION, listProjectsAnswer, body).data;
      entries.push(...projects);
      path = nextPage(links, { request, visited, body });
    } catch (error) {
      if (visited.size === 0 || entries.length === 0 || !(error instanceof CloudError)) throw error;
      return { entries, incomplete: error };
    }
  }
  return { entries, incomplete: null };
}
