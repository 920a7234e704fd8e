import type { DueDelivery } from "@nightledger/store";
import type { OpenParcel } from "../open-parcel.ts";

export type WebhookShape = "json" | "slack" | "teams";

/** Slack takes these three for its own markup. */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Slack shows 3,000 characters of a block at most. */
const SLACK_MOST = 2900;

/** Teams reads Markdown in its texts. */
const teamsText = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");

function ownJson(delivery: DueDelivery, { subject, text, edition }: OpenParcel): object {
  const { delivery_id, data_date, report, audience, locale, kind, edition: number } = delivery;
  return {
    schemaVersion: 1,
    delivery: delivery_id,
    kind,
    report,
    audience,
    dataDate: data_date,
    locale,
    edition: number,
    subject,
    text,
    files: (edition?.manifest.files ?? []).map(({ format, name, bytes, sha256 }) => ({
      format,
      name,
      bytes,
      sha256,
    })),
  };
}

const slack = ({ subject, text }: OpenParcel): object => ({
  text: slackText(subject),
  blocks: [
    // plain_text shows what it is given, markup or not
    { type: "header", text: { type: "plain_text", text: subject.slice(0, 150), emoji: false } },
    { type: "section", text: { type: "plain_text", text: text.slice(0, SLACK_MOST), emoji: false } },
  ],
});

const teams = ({ subject, text }: OpenParcel): object => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", size: "Large", weight: "Bolder", wrap: true, text: teamsText(subject) },
          ...text
            .split("\n")
            .filter((line) => line.trim() !== "")
            .map((line) => ({ type: "TextBlock", wrap: true, spacing: "Small", text: teamsText(line) })),
        ],
      },
    },
  ],
});

/** What is posted, in the shape that its receiver takes. */
export function webhookBody(shape: WebhookShape, delivery: DueDelivery, parcel: OpenParcel): string {
  if (shape === "slack") return JSON.stringify(slack(parcel));
  if (shape === "teams") return JSON.stringify(teams(parcel));
  return JSON.stringify(ownJson(delivery, parcel));
}
