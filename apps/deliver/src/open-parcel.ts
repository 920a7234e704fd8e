import { join } from "node:path";
import { type Manifest, readManifest, readNamed } from "@nightledger/report";
import type { Attachment } from "./mail/compose-mail.ts";
import type { Parcel } from "./parcel.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  html: "text/html; charset=utf-8",
  json: "application/json",
};

/** A delivery with its words and files in hand. */
export interface OpenParcel {
  subject: string;
  html: string;
  text: string;
  attachments: Attachment[];
  /** The same without attachments, saying where they lie; null where there is nothing to leave out. */
  withoutFiles: { html: string; text: string } | null;
  /** The edition's manifest and where it lies; null where there is no edition. */
  edition: { manifest: Manifest; file: string } | null;
}

const NOTICES = "<!--notices-->";
const ATTACHMENTS = "<!--attachments-->";

interface Words {
  html: string;
  text: string;
}

/** Words put where a mail has a place for them; a company's own template without one gets them first and last. */
function withWords(mail: Words, over: readonly Words[], after: Words | null): Words {
  const table = (rows: string) =>
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">${rows}</table>`;
  const before = over.map(({ html }) => html).join("");
  const end = after?.html ?? "";
  const notices = mail.html.includes(NOTICES)
    ? mail.html.replace(NOTICES, () => before)
    : mail.html.replace(/<body[^>]*>/i, (body) => `${body}${table(before)}`);
  const html = notices.includes(ATTACHMENTS)
    ? notices.replace(ATTACHMENTS, () => end)
    : notices.replace(/<\/body>/i, () => `${table(end)}</body>`);
  const texts = [...over.map(({ text }) => text), mail.text, ...(after === null ? [] : [after.text])];
  return { html, text: `${texts.map((text) => text.trim()).join("\n\n")}\n` };
}

/**
 * Reads what a parcel names, as its manifest says it is.
 *
 * @throws ManifestError where a file is gone or was altered
 */
export function openParcel(parcel: Parcel, reportsDir: string): OpenParcel {
  if (parcel.letter !== null) {
    return { ...parcel.letter, attachments: [], withoutFiles: null, edition: null };
  }
  const file = join(reportsDir, parcel.manifest ?? "");
  const manifest = readManifest(file);
  const named = (end: string): Buffer => {
    const found = manifest.files.find(({ name }) => name.endsWith(end));
    if (found === undefined) throw new Error(`The edition ${file} has no file that ends in ${end}.`);
    return readNamed(file, found);
  };
  const mail = { html: named(".mail.html").toString(), text: named(".mail.txt").toString() };
  const attachments = manifest.files
    .filter(({ format, name }) => parcel.attach.some((each) => each === format && !name.includes(".mail.")))
    .map((each) => ({
      name: each.name,
      contentType: CONTENT_TYPES[each.format] ?? "application/octet-stream",
      bytes: readNamed(file, each),
    }));
  return {
    subject: `${parcel.mark}${parcel.mark === "" ? "" : " "}${named(".mail.subject.txt").toString().trim()}`,
    ...withWords(mail, parcel.notices, parcel.attached),
    attachments,
    withoutFiles: parcel.tooLarge === null ? null : withWords(mail, parcel.notices, parcel.tooLarge),
    edition: { manifest, file },
  };
}
