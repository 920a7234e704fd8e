import { startSimulator } from "@nightledger/simulator";

/** A simulator as a process of its own: `node simulated-cloud.ts ACCOUNTS PROJECTS DATE`; limits off. */
const [accounts, projects, date = ""] = process.argv.slice(2);
const simulator = await startSimulator({
  accounts: Number(accounts),
  projects: Number(projects),
  date,
  limit: null,
});
process.send?.({
  url: simulator.url,
  accounts: simulator.world.accounts.map(({ name, ak, sk }) => ({ name, ak, sk })),
});
process.once("disconnect", () => process.exit());
