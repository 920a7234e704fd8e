import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createWorld } from "@nightledger/simulator";

/**
 * The fastest cloud there can be: every answer is made beforehand, nothing is verified. Whatever a night takes more
 * than asking it is then our own doing. Runs as a process of its own: `node canned-cloud.ts ACCOUNTS PROJECTS DATE…`;
 * `POST /date` moves on to the next date.
 */
const [accounts = "1", projects = "1", ...dates] = process.argv.slice(2);
const world = createWorld({ accounts: Number(accounts), projects: Number(projects) });
const nights = dates.map(
  (date) =>
    new Map(
      world.projects.map((project) => [
        project.id,
        Buffer.from(JSON.stringify(world.riskList(project, date, "all_granted_eps"))),
      ]),
    ),
);
const lists = new Map(
  world.accounts.map((account) => {
    const own = world.projects.filter((project) => project.account === account);
    const listed = own.map(({ id, name }) => ({ id, name, enabled: true }));
    return [account.ak, JSON.stringify({ projects: listed })];
  }),
);

let night = 0;
const server = createServer((request, response) => {
  const path = request.url ?? "";
  response.setHeader("Content-Type", "application/json");
  if (path.startsWith("/v5/")) {
    response.end(nights[night]?.get(path.slice(4, 36)));
  } else if (path === "/date") {
    night += 1;
    response.end();
  } else {
    const ak = /Access=(\w+)/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    response.end(lists.get(ak));
  }
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accounts: world.accounts.map(({ name, ak, sk }) => ({ name, ak, sk })),
    projectIds: world.projects.map(({ id }) => id),
  });
});
