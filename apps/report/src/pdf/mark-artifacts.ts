import { deflateSync } from "node:zlib";
import type { Chunk } from "./drawing.ts";
import type { Page } from "./pages.ts";
import type { PdfFile } from "./pdf-file.ts";
import { PdfStream, type PdfValue, Ref } from "./pdf-value.ts";
import { NewStream } from "./write-pdf.ts";

const wordCount = (text: string, word: "BT" | "ET"): number =>
  text.match(new RegExp(`(?<=^|\\s)${word}(?=\\s|$)`, "g"))?.length ?? 0;

/** A mark must hold whole text objects. */
const isWhole = (text: string): boolean => wordCount(text, "BT") === wordCount(text, "ET");

/** Content with a mark about each part that the structure does not have. */
function marked(source: string, chunks: readonly Chunk[], running: Chunk | undefined): string {
  let text = "";
  let at = 0;
  for (const chunk of chunks) {
    const part = source.slice(chunk.from, chunk.to);
    if (chunk.from < at || !isWhole(part)) continue;
    const tag = chunk === running ? "/Artifact <</Type /Pagination>> BDC" : "/Artifact BMC";
    text += `${source.slice(at, chunk.from)}\n${tag}\n${part}\nEMC\n`;
    at = chunk.to;
  }
  return text + source.slice(at);
}

/** The stream that an object draws with: a form's own, a page's only one. */
function contentOf(file: PdfFile, object: number): { num: number; stream: PdfStream } | null {
  const value = file.get(new Ref(object));
  if (value instanceof PdfStream) return { num: object, stream: value };
  const contents: PdfValue = file.dict(new Ref(object)).get("/Contents") ?? null;
  const stream = file.get(contents);
  return contents instanceof Ref && stream instanceof PdfStream ? { num: contents.num, stream } : null;
}

/**
 * Marks what the structure does not have as decoration, which PDF/UA asks for and Chromium leaves out: headers and
 * footers, backgrounds, lines. Chromium paints a page's margins before all else.
 */
export function markArtifacts(
  file: PdfFile,
  pages: readonly Page[],
  chunks: readonly Chunk[],
): Map<number, NewStream> {
  const unmarked = chunks.filter(
    ({ mcid, artifact, painted, text }) => mcid === null && !artifact && (painted || text !== ""),
  );
  const isPage = new Set(pages.map(({ object }) => object));
  const changed = new Map<number, NewStream>();
  for (const [owner, own] of Map.groupBy(unmarked, (chunk) => chunk.owner)) {
    const content = contentOf(file, owner);
    if (content === null) continue;
    const first = own[0];
    const running = isPage.has(owner) && first?.from === 0 && first.text !== "" ? first : undefined;
    const source = file.decode(content.stream).toString("latin1");
    const data = deflateSync(Buffer.from(marked(source, own, running), "latin1"));
    const dict = new Map(content.stream.dict).set("/Filter", "/FlateDecode");
    changed.set(content.num, new NewStream(dict, data));
  }
  return changed;
}
