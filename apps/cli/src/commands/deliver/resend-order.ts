import { UsageError } from "../../errors.ts";
import { type Options, text } from "../../verb.ts";

/** What is to be sent again, and why. */
export interface ResendOrder {
  /** The deliveries by their numbers; none where the rest selects them. */
  ids: number[];
  to: string | undefined;
  audience: string | undefined;
  report: string | undefined;
  /** Null in a dry run that gives none. */
  reason: string | null;
}

const SELECTORS = ["to", "audience", "report"] as const;
/** As long as a sentence or two. */
const LONGEST_REASON = 300;

function idOf(operand: string): number {
  const id = Number(operand);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new UsageError(`"${operand}" is no number of a delivery. "nightledger deliver" lists them.`);
}

/** @throws UsageError */
function reasonOf(options: Options): string | null {
  const reason = text(options, "reason")?.trim() ?? "";
  if (reason.length > LONGEST_REASON)
    throw new UsageError(`--reason takes ${LONGEST_REASON} characters at most, and it has ${reason.length}.`);
  if (reason !== "") return reason;
  if (options["dry-run"] === true) return null;
  throw new UsageError(
    "Give the reason with --reason TEXT: it stays on record beside who has sent it again.",
  );
}

/** Options that mean nothing without `--resend`. @throws UsageError */
function refuseStrays(options: Options, operands: readonly string[]): void {
  const [operand] = operands;
  if (operand !== undefined) throw new UsageError(`"${operand}" is not understood here without --resend.`);
  const stray = [...SELECTORS, "reason"].find((name) => options[name] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} goes with --resend.`);
}

/** What `--resend` asks for; null where it is not given. @throws UsageError */
export function resendOrderOf(options: Options, operands: readonly string[]): ResendOrder | null {
  if (options.resend !== true) {
    refuseStrays(options, operands);
    return null;
  }
  if (options.resolve !== undefined) throw new UsageError("--resend and --resolve do not go together.");
  const [to, audience, report] = SELECTORS.map((name) => text(options, name));
  const selects = to !== undefined || audience !== undefined || report !== undefined;
  if (operands.length > 0 && selects)
    throw new UsageError(
      "Name deliveries by their numbers, or select them with --to, --audience or --report; not both.",
    );
  if (operands.length === 0 && !selects) {
    throw new UsageError(
      "Name what is sent again: numbers of deliveries (--resend 12 15), or --to, --audience or --report.",
    );
  }
  return { ids: [...new Set(operands.map(idOf))], to, audience, report, reason: reasonOf(options) };
}
