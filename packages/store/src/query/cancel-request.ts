import { once } from "node:events";
import { connect } from "node:net";
import type { Client } from "pg";

/** The code of a CancelRequest (PostgreSQL, "Message Formats"). */
const CANCEL = 80_877_102;
const PATIENCE_MS = 5000;

/** What the server gave a client to cancel its statements by; pg has it, its types do not. */
interface Cancellable {
  processID?: number | null;
  secretKey?: number | null;
}

/**
 * Cancels what a client's backend does, by the key that only this client has. It takes no login and no place among the
 * server's connections, so that no statement can end it beforehand, as it can end other connections of its role.
 */
export async function cancelByKey(client: Client): Promise<void> {
  const { processID, secretKey } = client as Client & Cancellable;
  if (typeof processID !== "number" || typeof secretKey !== "number") return;
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const { host, port } = client;
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.resume();
  socket.end(message);
  // the server closes it when it has passed the request on
  await once(socket, "close");
}
