import { z } from "zod";

/** Reading is 4, writing 6; nothing is run, and nobody else writes. YAML reads a mode without quotes as another number. */
const mode = z
  .string({ error: 'must be in quotes, such as "0640"' })
  .regex(
    /^0?[46][046][04]$/,
    'must be the mode of a file in quotes, such as "0640": 4 reads, 6 reads and writes, others read at most',
  )
  .optional()
  .describe(
    'Who may read the file, as chmod takes it, in quotes, such as "0640"; left out, as the umask says.',
  );

const group = z
  .union([z.string().regex(/^[^\s:]+$/, "must be the name or the number of a group"), z.int().min(0)])
  .optional()
  .describe("The group of the file, by name or number; left out, that of the process.");

/** Whose a file for others is. */
export interface OutputAccess {
  mode?: string | undefined;
  group?: string | number | undefined;
}

/** A file for others: its path alone, or with who may read it. */
export const outputFile = (file: z.ZodString) =>
  z
    .union([file, z.strictObject({ file: file.describe("The file."), mode, group })])
    .transform((given): OutputAccess & { file: string } =>
      typeof given === "string" ? { file: given } : given,
    );

/** A folder of files for others: its path alone, or with who may read the files. */
export const outputFolder = z
  .union([
    z.string().min(1),
    z.strictObject({ path: z.string().min(1).describe("The folder."), mode, group }),
  ])
  .transform((given): OutputAccess & { path: string } =>
    typeof given === "string" ? { path: given } : given,
  );
