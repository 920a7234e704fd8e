import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { DueDelivery } from "@nightledger/store";
import type { Channel } from "./channel.ts";
import type { OpenParcel } from "./open-parcel.ts";
import type { Outcome } from "./outcome.ts";

/** Whole, or not at all. */
function place(folder: string, name: string, bytes: string | Buffer): void {
  const part = join(folder, `.${name}.part`);
  writeFileSync(part, bytes);
  renameSync(part, join(folder, name));
}

/** What the files of a notice are called. */
const nameOf = ({ data_date, report, subject, locale, kind, edition }: DueDelivery): string =>
  `${data_date}_${report}_${subject}_${locale}_${kind}_e${edition}`;

/** Puts a copy into a folder, such as a share. Doing it twice is the same as once. */
export class FolderChannel implements Channel {
  async deliver(
    delivery: DueDelivery,
    parcel: OpenParcel,
    beforeLast: () => Promise<void>,
  ): Promise<Outcome> {
    const folder = delivery.recipient;
    await beforeLast();
    try {
      mkdirSync(folder, { recursive: true });
      for (const { name, bytes } of parcel.attachments) place(folder, name, bytes);
      const { edition } = parcel;
      const stem =
        edition === null ? nameOf(delivery) : basename(edition.file).replace(/\.manifest\.json$/, "");
      place(folder, `${stem}.txt`, `${parcel.subject}\n\n${parcel.text}`);
      return { state: "sent", answer: `${parcel.attachments.length + 1} files` };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "error";
      return {
        state: "deferred",
        answer: `${folder} cannot be written (${code}). Check its permissions and its disk.`,
      };
    }
  }

  close(): void {}
}
