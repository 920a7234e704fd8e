import { call } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { listEnterpriseProjectsAnswer } from "../contract.ts";
import { CloudError, ContractError } from "../errors.ts";
import { requestTo } from "../http/endpoint.ts";
import { parseAnswer } from "../parse-answer.ts";
import type { Listing } from "./listing.ts";

const OPERATION = "ListEnterpriseProject";
/** The most that a page holds (EPS, ListEnterpriseProject). */
const PAGE = 1000;
/** Twenty thousand enterprise projects: a list that goes on has no end. */
const MOST_PAGES = 20;

const keyOf = (entry: unknown): string => JSON.stringify((entry as { id?: unknown } | null)?.id ?? entry);

interface Page {
  listed: unknown[];
  total: number | null;
  body: Buffer;
}

async function readPage(
  cloud: Cloud,
  offset: number,
  { domainId, signal }: { domainId: string | undefined; signal: AbortSignal | undefined },
): Promise<Page> {
  const query = new URLSearchParams({ limit: String(PAGE), offset: String(offset) });
  const { body } = await call(cloud, {
    operation: OPERATION,
    documented: Object.keys(listEnterpriseProjectsAnswer.shape),
    ...requestTo(cloud.endpoints.eps, `/v1.0/enterprise-projects?${query}`),
    scope: "domain",
    headers: domainId === undefined ? {} : { "X-Domain-Id": domainId },
    ...(signal && { signal }),
  });
  const { enterprise_projects: listed, total_count } = parseAnswer(
    OPERATION,
    listEnterpriseProjectsAnswer,
    body,
  ).data;
  const total = typeof total_count === "number" && Number.isSafeInteger(total_count) ? total_count : null;
  return { listed, total, body };
}

/**
 * All enterprise projects that the caller is granted, enabled or not (EPS, ListEnterpriseProject), page by page.
 * `total_count` is no reason to stop before a page is not full, and one that counts more than is listed leaves the list
 * incomplete.
 *
 * @throws CloudError where the first page fails
 */
export async function listEnterpriseProjects(
  cloud: Cloud,
  options: { domainId: string | undefined; signal: AbortSignal | undefined },
): Promise<Listing> {
  const found = new Map<string, unknown>();
  let offset = 0;
  for (let pages = 0; ; pages += 1) {
    let page: Page;
    try {
      page = await readPage(cloud, offset, options);
    } catch (error) {
      if (pages === 0 || !(error instanceof CloudError)) throw error;
      return { entries: [...found.values()], incomplete: error };
    }
    const { listed, total, body } = page;
    const before = found.size;
    for (const entry of listed) found.set(keyOf(entry), entry);
    offset += listed.length;
    const entries = [...found.values()];
    const short = (why: string): Listing => ({
      entries,
      incomplete: new ContractError(OPERATION, [why], body),
    });
    if (listed.length < PAGE && (total === null || offset >= total)) return { entries, incomplete: null };
    if (found.size === before) {
      // an empty page, or one that repeats what was listed: there is no more, whatever is counted
      const reached = listed.length === 0 ? offset : found.size;
      if (reached >= (total ?? 0)) return { entries, incomplete: null };
      return short(`$.total_count: counts ${total}, and ${found.size} are listed`);
    }
    if (pages + 1 >= MOST_PAGES) return short(`$.enterprise_projects: more than ${MOST_PAGES} pages`);
  }
}
