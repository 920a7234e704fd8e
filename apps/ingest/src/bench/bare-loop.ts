import { Agent, request } from "undici";

/** Fetches and drains bodies, and does nothing with them: `node bare-loop.ts CONNECTIONS URL PROJECT-ID…` by message. */
process.on("message", async ({ url, projectIds, connections }: BareLoop) => {
  const dispatcher = new Agent({ connections });
  const loop = async () => {
    const queue = projectIds.values();
    const worker = async () => {
      for (const id of queue) {
        const path = `${url}/v5/${id}/overview/security/risk/list?enterprise_project_id=all_granted_eps`;
        const { body } = await request(path, { dispatcher });
        await body.arrayBuffer();
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: connections }, worker));
    return performance.now() - startedAt;
  };
  await loop(); // warm
  process.send?.({ ms: await loop() });
  await dispatcher.close();
  process.disconnect();
});

/** What the loop is told. */
export interface BareLoop {
  url: string;
  projectIds: string[];
  connections: number;
}
