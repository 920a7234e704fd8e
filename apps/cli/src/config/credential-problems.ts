import { SENDABLE } from "@nightledger/core/sendable-headers";
import { type LookUp, replaced } from "../config-references.ts";
import type { Settings } from "../config-schema.ts";
import type { ConfigProblem } from "../errors.ts";

/** Keys and tokens that no header can carry: each call would fail. What they hold is not shown. */
export function credentialProblems({ accounts }: Pick<Settings, "accounts">, look: LookUp): ConfigProblem[] {
  return accounts.flatMap(({ credential }, index) =>
    (["ak", "securityToken"] as const).flatMap((name) => {
      const reference = credential[name];
      if (reference === undefined) return [];
      try {
        if (SENDABLE.test(replaced(reference, look))) return [];
      } catch {
        // that it cannot be read was told when all references were replaced
        return [];
      }
      const message =
        "holds a line break or another character that no HTTP header takes; store it as one line";
      return [{ path: `accounts[${index}].credential.${name}`, message }];
    }),
  );
}
