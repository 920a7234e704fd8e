import { type FoundChromium, TRIAL_TEXT, type TrialPrint, trialPrint } from "@nightledger/report";
import { type Finding, findingOf } from "./finding.ts";

function fontsFinding({ text, faults }: TrialPrint): Finding {
  const about = { check: "fonts", subject: "Chinese" } as const;
  if (text === TRIAL_TEXT && faults.length === 0) {
    return { ...about, status: "ok", detail: `It prints ${text}, with the fonts that reports embed.` };
  }
  const cure =
    "Reports would not pass their gate. Install the packages again; if that does not mend it, print with the Chromium that comes with nightledger.";
  const seen = text === TRIAL_TEXT ? "" : `Of "${TRIAL_TEXT}" it prints "${text}". `;
  return {
    ...about,
    status: "failed",
    detail: `${seen}${faults.map((fault) => `${fault} `).join("")}${cure}`,
  };
}

function browserFinding({ browser, failed }: TrialPrint): Pick<Finding, "status" | "detail"> {
  const prints = `${browser} prints.`;
  if (failed.length === 0) return { status: "ok", detail: prints };
  const cure = "Mend it or remove it, or name the browser to use in PUPPETEER_EXECUTABLE_PATH.";
  return { status: "warning", detail: `${failed.join(" ")} ${prints} ${cure}` };
}

/** Does the browser start, and does it really print Chinese? */
export async function* printFindings(
  signal: AbortSignal,
  browsers?: readonly FoundChromium[],
): AsyncGenerator<Finding> {
  let trial: TrialPrint | null = null;
  yield await findingOf("browser", "Chromium", async () => {
    trial = await trialPrint({ signal, browsers });
    return browserFinding(trial);
  });
  if (trial !== null) yield fontsFinding(trial);
}
