import { Agent, request } from "undici";

/** What the loop is told: the calls that a night made, to be made again as they were. */
export interface BareLoop {
  url: string;
  connections: number;
}

/** What the loop tells: how long it took, and on the processor. */
export interface LoopTaken {
  ms: number;
  cpuMs: number;
  calls: number;
}

/** Makes the calls that the simulator has seen once more, and drains the bodies; that is all it does. */
process.on("message", async ({ url, connections }: BareLoop) => {
  const dispatcher = new Agent({ connections });
  const seen = await request(`${url}/_simulator/requests`, { dispatcher });
  const all = (await seen.body.json()) as { path: string; headers: Record<string, string> }[];
  const calls = all.filter(({ path }) => path.startsWith("/v5/"));

  const queue = calls.values();
  const worker = async () => {
    for (const { path, headers } of queue) {
      const { connection: _, ...own } = headers;
      const { statusCode, body } = await request(`${url}${path}`, { dispatcher, headers: own });
      await body.arrayBuffer();
      if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
    }
  };
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: connections }, worker));
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  process.send?.({ ms, cpuMs: (user + system) / 1000, calls: calls.length } satisfies LoopTaken);
  await dispatcher.close();
  process.disconnect();
});
