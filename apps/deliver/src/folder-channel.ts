import { basename } from "node:path";
import { maskText } from "@nightledger/core/mask-text";
import type { DueDelivery } from "@nightledger/store";
import { type FilePermissions, placeFile } from "@nightledger/store/atomic-file";
import type { Channel } from "./channel.ts";
import type { OpenParcel } from "./open-parcel.ts";
import type { Outcome } from "./outcome.ts";

/** What the files of a notice are called. */
const nameOf = ({ data_date, report, subject, locale, kind, edition }: DueDelivery): string =>
  `${data_date}_${report}_${subject}_${locale}_${kind}_e${edition}`;

/** A code of the system's, or our own sentence. */
function whyOf(error: unknown): string {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? message : (code ?? "error");
}

/** Puts a copy into a folder, such as a share. Doing it twice is the same as once. */
export class FolderChannel implements Channel {
  readonly #permissions: ReadonlyMap<string, FilePermissions>;

  /** `permissions` are those of the files in each folder; of others the umask says. */
  constructor(permissions: ReadonlyMap<string, FilePermissions> = new Map()) {
    this.#permissions = permissions;
  }

  async deliver(
    delivery: DueDelivery,
    parcel: OpenParcel,
    beforeLast: () => Promise<void>,
  ): Promise<Outcome> {
    const folder = delivery.recipient;
    await beforeLast();
    try {
      const permissions = this.#permissions.get(folder) ?? {};
      for (const { name, bytes } of parcel.attachments) placeFile(folder, basename(name), bytes, permissions);
      const { edition } = parcel;
      const stem =
        edition === null ? nameOf(delivery) : basename(edition.file).replace(/\.manifest\.json$/, "");
      const text = maskText(`${parcel.subject}\n\n${parcel.text}`);
      placeFile(folder, `${stem}.txt`, text, permissions);
      return { state: "sent", answer: `${parcel.attachments.length + 1} files` };
    } catch (error) {
      return {
        state: "deferred",
        answer: `${folder} cannot be written (${whyOf(error)}). Check its permissions and its disk.`,
      };
    }
  }

  close(): void {}
}
