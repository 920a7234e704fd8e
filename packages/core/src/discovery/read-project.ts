import { z } from "zod";
import { storable } from "../text.ts";
import { ALL } from "./whole-account.ts";

/** An id goes into a path and into every table: a text that both take as it is. */
const id = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => storable(text) === text && text !== ALL);

/** What is needed of an entry of KeystoneListAuthProjects. Other members may be whatever they are, and are dropped. */
const entry = z.object({
  id,
  name: z.string().min(1),
  enabled: z.boolean().nullish(),
  is_domain: z.boolean().nullish(),
  domain_id: z.string().nullish().catch(null),
});

/** A project as IAM lists it. */
export type ListedProject = z.infer<typeof entry>;

/** What cannot be read of an entry; closed: stored and shown. */
export type Unreadable = "id_unreadable" | "name_unreadable" | "enabled_unreadable" | "entry_unreadable";

/** An entry that cannot be read, with what is known of it. */
export interface UnreadableEntry {
  reason: Unreadable;
  /** Its id; where that cannot be read `?` with its name. */
  id: string;
  /** Its name; null where it cannot be read. */
  name: string | null;
  /** What is wrong with it, without its values. */
  detail: string;
}

const REASONS: Readonly<Record<string, Unreadable>> = {
  id: "id_unreadable",
  name: "name_unreadable",
  enabled: "enabled_unreadable",
};

const textOf = (raw: unknown, member: string): string | null => {
  const value = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>)[member] : null;
  return typeof value === "string" && value !== "" ? storable(value).slice(0, 256) : null;
};

/** An entry that a contract does not take. The first member that is wrong names the reason. */
export function unreadable(raw: unknown, { issues }: z.ZodError): UnreadableEntry {
  const [issue] = issues;
  const member = String(issue?.path[0] ?? "");
  const reason = Object.hasOwn(REASONS, member) ? (REASONS[member] as Unreadable) : "entry_unreadable";
  const name = textOf(raw, "name");
  return {
    reason,
    id: id.safeParse(textOf(raw, "id")).data ?? `?${name ?? ""}`,
    name,
    detail: `${member === "" ? "the entry" : `its ${member}`}: ${issue?.message ?? "not as documented"}`,
  };
}

/** One entry of the project list (IAM, KeystoneListAuthProjects). */
export function readProject(raw: unknown): ListedProject | UnreadableEntry {
  const read = entry.safeParse(raw);
  return read.success ? read.data : unreadable(raw, read.error);
}

const enterpriseProject = z.object({ id });

/** The id of one entry of ListEnterpriseProject. */
export function readEnterpriseProject(raw: unknown): string | UnreadableEntry {
  const read = enterpriseProject.safeParse(raw);
  return read.success ? read.data.id : unreadable(raw, read.error);
}
