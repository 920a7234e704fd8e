import { openPrinter } from "./printer.ts";

/** The browser that would print, as it calls itself, and whether it is shut in. @throws BrowserNotFoundError, SandboxError */
export async function browserVersion(signal?: AbortSignal): Promise<string> {
  const printer = await openPrinter({ pages: 1, ...(signal !== undefined && { signal }) });
  await printer.close();
  const { version, unsandboxed } = printer;
  return unsandboxed === null
    ? `${version} with its sandbox`
    : `${version} without its sandbox (${unsandboxed})`;
}
