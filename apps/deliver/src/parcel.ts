import { z } from "zod";

const words = z.object({ html: z.string(), text: z.string() });

/** What the ledger keeps of a delivery so that any later process can send it: words ready, files by their manifest. */
export const parcelSchema = z.object({
  version: z.literal(1),
  /** The edition's manifest in the folder of reports; null where there is no edition. */
  manifest: z.string().nullable(),
  /** The formats of its files that go along. */
  attach: z.array(z.enum(["pdf", "xlsx", "html", "json"])),
  /** What the subject begins with; "" is nothing. */
  mark: z.string(),
  /** What comes before the report's own mail. */
  notices: z.array(words),
  /** What comes after it: that the files are attached, or where they lie instead. */
  attached: words.nullable(),
  tooLarge: words.nullable(),
  /** The whole mail, where there is no edition. */
  letter: words.extend({ subject: z.string() }).nullable(),
  /** What a notice to operators is about; the same is told once a night. */
  cause: z.string().nullable(),
});

export type Parcel = z.output<typeof parcelSchema>;

export const readParcel = (content: string): Parcel => parcelSchema.parse(JSON.parse(content));
