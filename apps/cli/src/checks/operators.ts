import { recipientsOf } from "@nightledger/deliver";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Does anybody hear of a night that fails? */
export async function* operatorsFinding({
  publish,
  operators,
  operations,
}: Pick<Config, "publish" | "operators" | "operations">): AsyncGenerator<Finding> {
  if (publish.length === 0) return;
  yield await findingOf("operators", "notices", async () => {
    const told = recipientsOf(operators);
    if (told.length === 0) {
      const detail =
        "Nobody is told when a night fails. Name operators: a mail address, a webhook or a folder.";
      return { status: "warning", detail };
    }
    const byMailAlone = told.every(({ channel }) => channel === "mail") && operations.ping.failure === null;
    const also = byMailAlone
      ? " All by mail: where it is mail that fails, nobody is told. Add a webhook of operators, or operations.ping."
      : "";
    const who = told.length === 1 ? "One recipient is" : `${told.length} recipients are`;
    return `${who} told when a night fails.${also}`;
  });
}
