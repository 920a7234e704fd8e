import type { DeliveryChannel } from "@nightledger/store";
import { addressOf } from "../mail/mail-settings.ts";
import type { Destinations } from "./publication.ts";

/** One who gets something, as the ledger of deliveries calls it. */
export interface Recipient {
  channel: DeliveryChannel;
  recipient: string;
}

export const recipientsOf = ({ to, folder, webhooks }: Destinations): Recipient[] => [
  ...to.map((mailbox) => ({ channel: "mail" as const, recipient: addressOf(mailbox) })),
  ...(folder === null ? [] : [{ channel: "folder" as const, recipient: folder }]),
  ...webhooks.map(({ name }) => ({ channel: "webhook" as const, recipient: name })),
];
