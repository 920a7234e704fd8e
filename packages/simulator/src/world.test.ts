import { expect, test } from "vitest";
import { createWorld, type World, type WorldProject } from "./index.ts";

const ALL = "all_granted_eps";
const YEAR = Array.from({ length: 365 }, (_, index) =>
  new Date(Date.UTC(2025, 10, 25) + index * 86_400_000).toISOString().slice(0, 10),
);
const textOf = (world: World, project: WorldProject, date: string) =>
  JSON.stringify(world.riskList(project, date, ALL));

/** The blocks of an answer, over the year, for each project. */
function yearOf(world: World, project: WorldProject) {
  return YEAR.flatMap((date) => world.riskList(project, date, ALL) ?? []);
}

test("the same seed, date and project give the same bytes, whatever was asked before", () => {
  const dates = ["2026-01-01", "2026-06-15", "2026-11-24"];
  const ask = (order: string[]) => {
    const world = createWorld({ projects: 12, accounts: 2 });
    const asked = order.flatMap((date) =>
      world.projects.map((project): [string, string] => [
        `${project.id} ${date}`,
        textOf(world, project, date),
      ]),
    );
    return Object.fromEntries(asked.sort());
  };
  expect(ask(dates)).toEqual(ask([...dates].reverse()));
});

test("another seed is another world", () => {
  const [one, two] = [createWorld({ seed: 1 }), createWorld({ seed: 2 })];
  expect(one.projects[1]?.id).not.toBe(two.projects[1]?.id);
});

test("most nights of most projects are like the night before, and every project changes within the year", () => {
  const world = createWorld({ projects: 16 });
  const shares = world.projects.map((project) => {
    const texts = YEAR.map((date) => textOf(world, project, date));
    return texts.filter((text, index) => text === texts[index - 1]).length / texts.length;
  });
  expect(shares.filter((share) => share > 0.5).length).toBeGreaterThan(8);
  expect(Math.max(...shares)).toBeLessThan(1);
});

test("over a year there are incidents, clean-ups, categories at their cap, stopped scans and policies switched", () => {
  const world = createWorld({ projects: 16 });
  const years = world.projects.slice(1).map((project) => yearOf(world, project));
  const some = (what: (year: (typeof years)[number]) => boolean) => expect(years.some(what)).toBe(true);
  const spread = (year: (typeof years)[number], figure: (index: number) => number) => {
    const figures = year.map((_, index) => figure(index));
    return {
      least: Math.min(...figures),
      most: Math.max(...figures),
      first: figures[0],
      last: figures.at(-1),
    };
  };
  some((year) => {
    const critical = year.map(({ alarm_risk }) =>
      alarm_risk.risk_list.some((r) => r.severity === "Critical"),
    );
    return critical.includes(true) && critical.includes(false);
  });
  some((year) => {
    const { first = 0, last = 0 } = spread(year, (index) => year[index]?.vul_risk.total_risk_num ?? 0);
    return last > 0 && last < first / 2;
  });
  some((year) => year.every(({ vul_risk }) => vul_risk.deduct_score === 20));
  some(
    (year) =>
      year[0]?.vul_risk.un_scanned_host_num === 0 && (year.at(-1)?.vul_risk.un_scanned_host_num ?? 0) > 0,
  );
  some((year) => new Set(year.map(({ alarm_risk }) => alarm_risk.policy_list.length)).size > 1);
});

test("a world of ten projects or more has one born and one closed on the way", () => {
  const world = createWorld({ projects: 10 });
  const born = world.projects.find(({ bornOn }) => bornOn !== null) as WorldProject;
  const closed = world.projects.find(({ closedOn }) => closedOn !== null) as WorldProject;
  expect(born.bornOn).toBe("2026-09-30");
  expect([world.existsOn(born, "2026-09-29"), world.existsOn(born, "2026-09-30")]).toEqual([false, true]);
  expect(closed.closedOn).toBe("2026-10-25");
  expect([world.isOpenOn(closed, "2026-10-24"), world.isOpenOn(closed, "2026-10-25")]).toEqual([true, false]);
});

test("the totals of an answer add up, and no deduction is over its cap", () => {
  const world = createWorld({ projects: 16 });
  for (const project of world.projects.slice(1)) {
    for (const answer of yearOf(world, project)) {
      const { total_risk_num, ...blocks } = answer;
      const sum = Object.values(blocks).reduce((total, block) => total + block.total_risk_num, 0);
      expect(total_risk_num).toBe(sum);
      expect(blocks.alarm_risk.deduct_score).toBeLessThanOrEqual(30);
      expect(blocks.vul_risk.deduct_score).toBeLessThanOrEqual(20);
    }
  }
});
