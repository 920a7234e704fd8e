import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@nightledger/core/secret";
import type { MailServer } from "@nightledger/simulator/mail";
import {
  type DeliveryHistory,
  enqueueDeliveries,
  type Ledger,
  type NewDelivery,
  openLedger,
} from "@nightledger/store";
import { FolderChannel } from "./folder-channel.ts";
import { MailChannel } from "./mail/mail-channel.ts";
import type { MailSettings } from "./mail/mail-settings.ts";
import { type SendOrder, sendDue } from "./send-due.ts";
import { type Webhook, WebhookChannel } from "./webhook/webhook-channel.ts";

/** A ledger of a test's own, and what is sent from it. */
export interface Post {
  ledger: Ledger;
  /** Where editions lie. */
  reports: string;
  /** Sends what is due, through a mail server. */
  send(
    settings: MailSettings | null,
    order?: Partial<SendOrder> & {
      webhooks?: readonly Webhook[];
      webhook?: WebhookChannel;
      folder?: FolderChannel;
    },
  ): Promise<void>;
  enqueue(...deliveries: NewDelivery[]): Promise<number>;
  /** The ledger of deliveries. */
  deliveries(): Promise<DeliveryHistory[]>;
  remove(): Promise<void>;
}

export const settingsFor = (
  { port, ca }: Pick<MailServer, "port" | "ca">,
  more: Partial<MailSettings> = {},
): MailSettings => ({
  host: "localhost",
  port,
  tls: "starttls",
  ca,
  password: null,
  oauth2: null,
  from: { name: "nightledger", address: "night@example.com" },
  dkim: null,
  maxMebibytes: 10,
  timeoutMs: 5000,
  ...more,
});

export const login = { user: "night", password: new Secret("right") };

export async function openPost(): Promise<Post> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-deliver-"));
  const reports = join(folder, "reports");
  const ledger = await openLedger(join(folder, "ledger.db"));
  return {
    ledger,
    reports,
    async send(
      settings,
      {
        webhooks = [],
        webhook = new WebhookChannel(webhooks),
        folder: folderChannel = new FolderChannel(),
        ...order
      } = {},
    ) {
      const channels = {
        mail: settings === null ? null : new MailChannel(settings),
        folder: folderChannel,
        webhook,
      };
      await sendDue(ledger, {
        channels,
        reportsDir: reports,
        until: new Date(),
        retryMinMs: 20,
        signal: new AbortController().signal,
        ...order,
      });
      for (const channel of Object.values(channels)) channel?.close();
    },
    enqueue: (...deliveries) => enqueueDeliveries(ledger, deliveries, new Date()),
    deliveries: () => ledger.db.selectFrom("delivery_history").selectAll().orderBy("delivery_id").execute(),
    async remove() {
      await ledger.close();
      rmSync(folder, { recursive: true });
    },
  };
}
