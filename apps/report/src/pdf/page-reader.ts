import type { Chunk, Drawing, FaultyGlyphs, GlyphFault } from "./drawing.ts";
import { type Font, readFont } from "./font.ts";
import { Lexer } from "./lexer.ts";
import type { PdfFile } from "./pdf-file.ts";
import { decodeText, Keyword, type PdfDict, PdfStream, PdfString, type PdfValue, Ref } from "./pdf-value.ts";

interface Mark {
  /** Characters that stand for all glyphs within. */
  actualText: string | null;
  reversed: boolean;
  /** What it interrupts; the chunk it is in itself where the structure does not know it. */
  outer: Chunk;
  /** Where its own text begins in its chunk's. */
  start: number;
}

/** An operator with its operands: where it stands. */
interface Step {
  owner: number;
  resources: PdfDict;
  from: number;
  to: number;
}

const PAINTING = new Set(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "EI"]);
/** Not characters: U+0000, the byte order marks and what stands for the unknown. */
const NO_TEXT = /^[\0\ufeff\ufffe\ufffd]*$/;

/** Draws the pages of a file as far as it takes to know what is written on them, and with which glyphs. */
export class PageReader {
  readonly #file: PdfFile;
  readonly #fonts = new Map<number, Font>();
  readonly #drawing: Drawing = { chunks: [], faults: [] };
  readonly #faults = new Map<string, FaultyGlyphs>();
  #page = 0;
  #chunk: Chunk = {
    page: 0,
    owner: 0,
    mcid: null,
    artifact: false,
    text: "",
    painted: false,
    from: 0,
    to: 0,
  };
  #marks: Mark[] = [];
  #font: Font | undefined;

  constructor(file: PdfFile) {
    this.#file = file;
  }

  get drawing(): Drawing {
    return this.#drawing;
  }

  readPage(number: number, object: number, page: PdfDict, resources: PdfDict): void {
    this.#page = number;
    this.#marks = [];
    const contents = this.#file.list(page.get("/Contents")).map((part) => this.#file.get(part));
    const streams = contents.filter((part) => part instanceof PdfStream);
    const source = streams.map((stream) => this.#file.decode(stream).toString("latin1")).join("\n");
    this.#begin({ owner: object, mcid: null, artifact: false, from: 0 });
    this.#run(source, object, resources);
  }

  #run(source: string, owner: number, resources: PdfDict): void {
    const lexer = new Lexer(source);
    const saved: (Font | undefined)[] = [];
    let operands: PdfValue[] = [];
    let from = 0;
    for (let value = lexer.next(); value !== undefined; value = lexer.next()) {
      if (!(value instanceof Keyword)) {
        operands.push(value);
        continue;
      }
      if (value.word === "q") saved.push(this.#font);
      else if (value.word === "Q") this.#font = saved.pop();
      else this.#operate(value.word, operands, { owner, resources, from, to: lexer.at });
      operands = [];
      from = lexer.at;
    }
    if (this.#chunk !== undefined) this.#chunk.to = source.length;
  }

  #operate(word: string, operands: PdfValue[], step: Step): void {
    const { resources } = step;
    const [first, second] = operands;
    if (PAINTING.has(word)) this.#chunk.painted = true;
    else if (word === "Tf") this.#font = this.#fontOf(this.#named(resources, "/Font", first));
    else if (word === "Tj" || word === "'" || word === '"') this.#show(operands.at(-1));
    else if (word === "TJ") for (const part of this.#file.list(first)) this.#show(part);
    else if (word === "BMC") this.#mark(String(first), new Map(), step);
    else if (word === "BDC") this.#mark(String(first), this.#properties(second, resources), step);
    else if (word === "EMC") this.#endMark(step);
    else if (word === "Do") this.#paintObject(this.#named(resources, "/XObject", first), step);
  }

  #named(resources: PdfDict, kind: string, name: PdfValue | undefined): PdfValue | undefined {
    return this.#file.dict(resources.get(kind)).get(String(name));
  }

  #properties(value: PdfValue | undefined, resources: PdfDict): PdfDict {
    if (typeof value !== "string") return this.#file.dict(value);
    return this.#file.dict(this.#named(resources, "/Properties", value));
  }

  #begin(of: Pick<Chunk, "owner" | "mcid" | "artifact" | "from">): Chunk {
    const chunk = { ...of, page: this.#page, text: "", painted: false, to: of.from };
    this.#chunk = chunk;
    this.#drawing.chunks.push(chunk);
    return chunk;
  }

  #mark(tag: string, properties: PdfDict, { owner, from, to }: Step): void {
    const mcid = this.#file.get(properties.get("/MCID"));
    const actual = this.#file.get(properties.get("/ActualText"));
    const artifact = tag === "/Artifact";
    const outer = this.#chunk;
    if (typeof mcid === "number" || artifact) {
      outer.to = from;
      this.#begin({ owner, mcid: typeof mcid === "number" ? mcid : null, artifact, from: to });
    }
    this.#marks.push({
      actualText: actual instanceof PdfString ? decodeText(actual) : null,
      reversed: tag === "/ReversedChars",
      outer,
      start: this.#chunk.text.length,
    });
  }

  #endMark({ owner, from, to }: Step): void {
    const mark = this.#marks.pop();
    if (mark === undefined) return;
    const chunk = this.#chunk;
    const before = chunk.text.slice(0, mark.start);
    if (mark.actualText !== null) chunk.text = before + mark.actualText;
    else if (mark.reversed) chunk.text = before + [...chunk.text.slice(mark.start)].reverse().join("");
    if (mark.outer === chunk) return;
    chunk.to = from;
    this.#begin({ owner, mcid: mark.outer.mcid, artifact: mark.outer.artifact, from: to });
  }

  #paintObject(value: PdfValue | undefined, { owner, from, to }: Step): void {
    const object = this.#file.get(value);
    if (!(object instanceof PdfStream) || !(value instanceof Ref)) return;
    const { mcid, artifact } = this.#chunk;
    if (object.dict.get("/Subtype") !== "/Form") {
      this.#chunk.painted = true;
      return;
    }
    this.#chunk.to = from;
    // within a mark a form is the mark's; else it has its own
    const marked = mcid !== null || artifact;
    this.#begin({ owner: marked ? owner : value.num, mcid, artifact, from: 0 });
    const source = this.#file.decode(object).toString("latin1");
    this.#run(source, value.num, this.#file.dict(object.dict.get("/Resources")));
    this.#begin({ owner, mcid, artifact, from: to });
  }

  #fontOf(value: PdfValue | undefined): Font {
    if (!(value instanceof Ref)) return readFont(this.#file, value);
    let font = this.#fonts.get(value.num);
    if (font === undefined) {
      font = readFont(this.#file, value);
      this.#fonts.set(value.num, font);
    }
    return font;
  }

  #show(value: PdfValue | undefined): void {
    const font = this.#font;
    const chunk = this.#chunk;
    if (!(value instanceof PdfString) || font === undefined) return;
    const { bytes } = value;
    const replaced = this.#marks.some(({ actualText }) => actualText !== null);
    for (let at = 0; at < bytes.length; at += font.bytesPerCode) {
      const byte = bytes.charCodeAt(at);
      const code = font.bytesPerCode === 1 ? byte : byte * 256 + bytes.charCodeAt(at + 1);
      const text = font.toUnicode?.get(code) ?? "";
      if (!font.embedded) this.#fault(font, "not-embedded");
      if (font.isMissing(code)) this.#fault(font, "missing");
      else if (!replaced && NO_TEXT.test(text)) this.#fault(font, "no-text");
      chunk.text += text;
    }
  }

  #fault(font: Font, fault: GlyphFault): void {
    const key = `${this.#page} ${fault} ${font.name}`;
    const known = this.#faults.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const after = this.#chunk.text.slice(-20);
    const glyphs = { page: this.#page, font: font.name, fault, count: 1, after };
    this.#faults.set(key, glyphs);
    this.#drawing.faults.push(glyphs);
  }
}
