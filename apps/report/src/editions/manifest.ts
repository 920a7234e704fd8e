import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { sha256 } from "../content-hash.ts";
import { ManifestError } from "../errors.ts";
import { EDITION_FORMAT_NAMES } from "./edition-formats.ts";
import { subjectSchema } from "./report-subject.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256");

const fileSchema = z.object({
  format: z.enum(EDITION_FORMAT_NAMES),
  name: z.string().regex(/^[\w.-]+$/, "is no file name"),
  bytes: z.int().min(0),
  sha256: hash,
});

const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  report: z.string(),
  title: z.string(),
  dataDate: z.iso.date(),
  subject: subjectSchema,
  locale: z.string(),
  edition: z.int().min(1),
  /** When the edition was first made; the time that its files carry. */
  createdAt: z.iso.datetime(),
  /** The runs that fetched the night. */
  runs: z.array(z.int()),
  /** The head of the ledger's chain then: `nightledger doctor --seal` holds a ledger against it. */
  seal: z.object({ runId: z.int(), hash }).nullable(),
  /** What the ledger said to the questions of the document, and to those of the workbook if they were asked. */
  dataHash: hash,
  workbookHash: hash.nullable(),
  /** The report's folders. */
  templateHash: hash,
  /** The document as HTML. */
  documentHash: hash,
  /**
   * All that the edition is made from: while it stays the same, it is made no second time. Null where that is not known,
   * as in manifests of earlier versions.
   */
  inputsHash: hash.nullable().default(null),
  theme: z.object({ folder: z.string(), company: z.string().nullable() }).nullable(),
  fonts: z.array(z.object({ family: z.string(), style: z.string(), weight: z.string(), sha256: hash })),
  versions: z.object({
    nightledger: z.string(),
    node: z.string(),
    /** Null where nothing was printed. */
    chromium: z.string().nullable(),
    puppeteer: z.string(),
  }),
  files: z.array(fileSchema),
});

/** What stands beside an edition's files and says what they are. Without it they are no report. */
export type Manifest = z.output<typeof manifestSchema>;
export type ManifestFile = z.output<typeof fileSchema>;

/** @throws ManifestError */
export function readManifest(file: string): Manifest {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ManifestError(file, (error as Error).message, error);
  }
  const parsed = manifestSchema.safeParse(read);
  if (!parsed.success) throw new ManifestError(file, z.prettifyError(parsed.error));
  return parsed.data;
}

/** A file that a manifest names, if it is there as it was. @throws ManifestError */
export function readNamed(manifestFile: string, { name, sha256: wanted }: ManifestFile): Buffer {
  const file = join(dirname(manifestFile), name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new ManifestError(manifestFile, `its file ${name} cannot be read`, error);
  }
  if (sha256(bytes) !== wanted) {
    throw new ManifestError(manifestFile, `its file ${name} has been altered: SHA-256 ${wanted} is wanted`);
  }
  return bytes;
}
