import { dataHash, sha256 } from "../content-hash.ts";
import type { DocumentMaker } from "../document.ts";
import { type Answers, workbookHash } from "./answers.ts";
import type { Edition } from "./edition.ts";
import type { KnownEditions } from "./known-editions.ts";
import { lastEdition } from "./last-edition.ts";
import type { MailBody } from "./mail.ts";
import { makeEdition } from "./make-edition.ts";
import type { Manifest } from "./manifest.ts";

/** Whether the ledger and the folders are as an edition had them. */
function isUnchanged(before: Manifest, answers: Answers, maker: DocumentMaker): boolean {
  const tables = workbookHash(answers);
  return (
    before.dataHash === dataHash(answers.datasets) &&
    before.templateHash === maker.templateHash &&
    (tables === null || before.workbookHash === null || before.workbookHash === tables)
  );
}

interface Making {
  outDir: string;
  /** What the folder had when the first was made. */
  known: KnownEditions;
  now: Date;
  /** The head of the ledger's chain, for a new edition: one that was made before keeps its own. */
  seal: Manifest["seal"];
  mails: (data: object) => MailBody;
}

/**
 * The edition that the answers are in a folder: the last one again where nothing differs, else the next, which is a
 * correction. `before` is the manifest of the same edition.
 *
 * @throws TemplateError
 */
export async function nextEdition(
  maker: DocumentMaker,
  answers: Answers,
  { outDir, known, now, seal, mails }: Making,
): Promise<{ edition: Edition; before: Manifest | null }> {
  const { dataDate, subject } = answers;
  const last = lastEdition(outDir, known, {
    report: maker.definition.name,
    dataDate,
    locale: maker.locale.tag,
    subject,
  });
  const before = last?.manifest ?? null;
  if (before !== null && isUnchanged(before, answers, maker)) {
    const { edition: number, createdAt } = before;
    const again = { edition: number, createdAt, seal: before.seal, mails };
    const edition = await makeEdition(maker, answers, again);
    // a newer nightledger may make another document of the same
    if (sha256(edition.document.html) === before.documentHash) return { edition, before };
  }
  const number = (last?.edition ?? 0) + 1;
  const createdAt = now.toISOString();
  const next = { edition: number, createdAt, seal, mails };
  return { edition: await makeEdition(maker, answers, next), before: null };
}
