import {
  addressOf,
  type Channels,
  FolderChannel,
  type Mailbox,
  MailChannel,
  WebhookChannel,
} from "@nightledger/deliver";
import type { Config } from "../config.ts";
import { accessTokensOf } from "./access-tokens-of.ts";

/** Everybody that the configuration names, by address once. */
function mailboxesOf({ publish, operators }: Config): Mailbox[] {
  const all = [...publish.flatMap(({ to }) => to), ...operators.to];
  return [...new Map(all.map((mailbox) => [addressOf(mailbox), mailbox])).values()];
}

/** The ways out that a configuration has. */
export const channelsOf = (config: Config): Channels => ({
  mail:
    config.mail === null ? null : new MailChannel(config.mail, mailboxesOf(config), accessTokensOf(config)),
  folder: new FolderChannel(config.permissions.folders),
  webhook: new WebhookChannel(
    [...config.publish, ...[config.operators]].flatMap(({ webhooks }) => webhooks),
    config.network,
  ),
});

export function closeChannels(channels: Channels): void {
  for (const channel of Object.values(channels)) channel?.close();
}
