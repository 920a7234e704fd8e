import { z } from "zod";

/** A secret: a reference to where it is, never itself. */
export const secret = (what: string) =>
  z
    .string()
    .regex(/^\$\{(env|file):[^}]+\}$/, "must be ${env:NAME} or ${file:PATH}; a secret is never written here")
    .describe(`${what}, as \${env:NAME} or \${file:PATH}.`);

/** A name as the cloud or a person gives it. */
export const plain = (what: string) => z.string().min(1).max(256).describe(what);

/** Projects by name or id. */
export const patterns = (what: string) =>
  z.array(plain("A project's name or id; * stands for any text.")).min(1).describe(what);

/** A text that gets into a header or onto a line of its own. */
export const oneLine = (what: string) =>
  z
    .string()
    .min(1)
    .max(256)
    .regex(/^\P{Cc}*$/u, "must be one line, without control characters")
    .describe(what);

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.(?![0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A full host name: with a dot, and no address. */
export const hostName = (what: string) =>
  z
    .string()
    .regex(HOST_NAME, "must be a full host name with a dot, such as night01.example.com")
    .describe(what);

const ADDRESS = /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+\.?[^\s\p{Cc}@<>()[\]\\,;:".]$/u;

/** A mail address. */
export const address = z
  .string()
  .max(254)
  .regex(ADDRESS, "must be one mail address, such as ciso@example.com")
  .describe("A mail address.");

/** Who gets a mail. */
export const recipient = z
  .union([address, z.strictObject({ name: oneLine("The name beside the address."), address })], {
    error: "must be one mail address, such as ciso@example.com, or { name, address }",
  })
  .describe("A mail address, or a name and an address.");

/** A URL that may hold a secret: written out, or as a reference that is read when it is needed. */
export const secretUrl = (what: string) =>
  z
    .string()
    .regex(
      /^(https?:\/\/[^\s$]+|\$\{(env|file):[^}]+\})$/,
      "must be an http or https URL, or ${env:NAME} or ${file:PATH} where its holder should be secret",
    )
    .describe(`${what} Give it as \${env:NAME} or \${file:PATH} if whoever knows it may use it.`);

/** A time of day. */
export const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day in quotes, such as "07:00"');

/** A language that reports are written in. */
export const locale = z.enum(["en", "zh-Hans"]);
