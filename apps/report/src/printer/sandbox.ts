/** The way to say that the machine itself is the fence, such as a container for nothing but reports. */
export const SANDBOX_SETTING = "NIGHTLEDGER_BROWSER_SANDBOX";

/** Why Chromium would run without its sandbox; null when it runs with it. */
export function whyUnsandboxed(env: NodeJS.ProcessEnv): string | null {
  if (env[SANDBOX_SETTING] === "off") return `${SANDBOX_SETTING} is off`;
  if (process.getuid?.() === 0) return "Chromium refuses it to root; run nightledger as a user of its own";
  return null;
}
