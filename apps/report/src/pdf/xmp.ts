/** What a document says of itself. */
export interface PdfMetadata {
  title: string;
  /** BCP 47, such as `zh-Hans`. */
  language: string;
  subject?: string;
  author?: string;
  keywords?: readonly string[];
  /** Its only time: so it can be made again, byte for byte. */
  createdAt: Date;
  /** The program, with its version. */
  producer: string;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Characters that XML 1.0 cannot hold. */
const IMPOSSIBLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escapeXml = (text: string): string =>
  text.replace(IMPOSSIBLE, "\ufffd").replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

const element = (name: string, text: string | undefined): string =>
  text === undefined ? "" : `<${name}>${escapeXml(text)}</${name}>\n`;

const alternatives = (name: string, text: string | undefined): string =>
  text === undefined
    ? ""
    : `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(text)}</rdf:li></rdf:Alt></${name}>\n`;

function list(name: string, kind: "Bag" | "Seq", items: readonly string[] | undefined): string {
  if (items === undefined || items.length === 0) return "";
  const rows = items.map((item) => `<rdf:li>${escapeXml(item)}</rdf:li>`).join("");
  return `<${name}><rdf:${kind}>${rows}</rdf:${kind}></${name}>\n`;
}

/** XMP, as ISO 16684-1 has it. @param conforms whether the document may call itself PDF/UA-1 */
export function xmp(metadata: PdfMetadata, conforms: boolean): string {
  const { title, language, subject, author, keywords, producer } = metadata;
  const time = `${metadata.createdAt.toISOString().slice(0, 19)}Z`;
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
${conforms ? "<pdfuaid:part>1</pdfuaid:part>\n" : ""}${element("dc:format", "application/pdf")}${alternatives("dc:title", title)}${alternatives("dc:description", subject)}${list("dc:creator", "Seq", author === undefined ? undefined : [author])}${list("dc:subject", "Bag", keywords)}${list("dc:language", "Bag", [language])}${element("pdf:Keywords", keywords?.join(", "))}${element("pdf:Producer", producer)}${element("xmp:CreateDate", time)}${element("xmp:ModifyDate", time)}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}
