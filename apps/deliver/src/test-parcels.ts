import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NewDelivery } from "@nightledger/store";
import type { Parcel } from "./parcel.ts";

const words = (text: string) => ({ html: `<p>${text}</p>`, text });

/** A letter to somebody, or with `manifest` an edition. */
export function parcelFor(recipient: string, parcel: Partial<Parcel> = {}): NewDelivery {
  const letter = { subject: "Security risk summary", ...words("The night.") };
  return {
    data_date: "2026-11-24",
    report: "executive-summary",
    audience: null,
    subject: "all",
    locale: "en",
    kind: "report",
    edition: 1,
    channel: "mail",
    recipient,
    state: "pending",
    answer: null,
    content: JSON.stringify({
      version: 1,
      manifest: null,
      attach: [],
      mark: "",
      notices: [],
      attached: null,
      tooLarge: null,
      letter,
      cause: null,
      ...parcel,
    }),
  };
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Puts the files of an edition into a folder, with a manifest that names them. Its file name. */
export function writeEdition(
  folder: string,
  files: Readonly<Record<string, Buffer>>,
  {
    subject = "A subject",
    html = "<body><!--notices--><p>Body</p><!--attachments--></body>",
    text = "Body",
  } = {},
): string {
  const stem = "2026-11-24_executive-summary_all_en_e1";
  const mail = { ".mail.html": html, ".mail.txt": text, ".mail.subject.txt": `${subject}\n` };
  const all = [
    ...Object.entries(files).map(([end, bytes]) => ({ end, bytes, format: end.slice(1) })),
    ...Object.entries(mail).map(([end, said]) => ({ end, bytes: Buffer.from(said), format: "mail" })),
  ];
  mkdirSync(folder, { recursive: true });
  for (const { end, bytes } of all) writeFileSync(join(folder, `${stem}${end}`), bytes);
  const hash = "0".repeat(64);
  const manifest = {
    schemaVersion: 1,
    report: "executive-summary",
    title: "Security risk summary",
    dataDate: "2026-11-24",
    subject: { audience: null, target: null },
    locale: "en",
    edition: 1,
    createdAt: "2026-11-24T22:00:00.000Z",
    runs: [1],
    seal: null,
    dataHash: hash,
    workbookHash: null,
    templateHash: hash,
    documentHash: hash,
    theme: null,
    fonts: [],
    versions: { nightledger: "0", node: "24", chromium: null, puppeteer: "0" },
    files: all.map(({ end, bytes, format }) => ({
      format,
      name: `${stem}${end}`,
      bytes: bytes.length,
      sha256: sha256(bytes),
    })),
  };
  const name = `${stem}.manifest.json`;
  writeFileSync(join(folder, name), JSON.stringify(manifest));
  return name;
}
