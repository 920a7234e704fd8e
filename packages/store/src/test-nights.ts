import type { Ledger } from "./open.ts";
import { type Answer, type Block, recordNight } from "./test-ledger.ts";

const image = (points: number): Block => ({ total: 10, points, severities: { high: 10 } });

/** p1 answers byte for byte the same from the 21st on. */
const still: Answer = {
  total: 20,
  alarm: { total: 6, points: 5, severities: { high: 4, low: 2 } },
  protection: { total: 4, points: 2, counters: { un_open_protection_host_num: 4 } },
  image: image(2),
};

/** p2 is at the cap of alarm on every night, and nobody ever scans its hosts. */
const capped = (
  total: number | null,
  high: number,
  policies: Record<string, number | null> = {},
): Answer => ({
  total,
  alarm: { total, points: 30, severities: { high } },
  vulnerability: { total: 5, points: 1, counters: { un_scanned_host_num: 5 } },
  baseline: { total: 1, points: 4, counters: { existed_pwd_host_num: 1 }, policies },
  image: image(2),
});

/**
 * Five nights that every view has something to say of. p4 gives nothing on the 21st, no run takes place on the 22nd,
 * p3 has no score on the 23rd and is out of the scope on the 24th, p5 comes on the 23rd.
 */
export async function recordTestNights(ledger: Ledger): Promise<void> {
  const baseline = (total: number): Block => ({
    total,
    points: 20,
    severities: { medium: total },
  });
  await recordNight(ledger, "2026-11-20", {
    p1: {
      ...still,
      protection: { total: 3, points: 2, counters: { un_open_protection_host_num: 3 } },
      image: image(1),
    },
    p2: { ...capped(100, 90), image: image(1) },
    p3: { total: 10, asset: { total: 0, points: 0.5 }, image: image(1) },
    p4: {
      total: 8,
      baseline: baseline(8),
      protection: { total: 2, counters: { un_open_protection_host_num: 2 } },
    },
  });
  await recordNight(ledger, "2026-11-21", {
    p1: still,
    p2: capped(120, 110, { "pol-a": 5 }),
    p3: { total: 10, asset: { total: 0, points: 0.5 }, image: image(2) },
    p4: undefined,
  });
  await recordNight(ledger, "2026-11-23", {
    p1: still,
    p2: capped(120, 100, { "pol-a": 6 }),
    p3: { total: 10, asset: { total: 0, points: null }, image: { absent: true } },
    p4: { total: 9, baseline: baseline(9), protection: { counters: { un_open_protection_host_num: 0 } } },
    p5: { total: 1, alarm: { total: 1, points: 10, severities: { critical: 1 } } },
  });
  const said = { score: 63, riskNum: 4, riskHostNum: 2 };
  await recordNight(
    ledger,
    "2026-11-24",
    {
      p1: still,
      p2: capped(null, 100),
      p4: {
        total: 9,
        baseline: baseline(9),
        protection: { total: 1, points: 1, counters: { un_open_protection_host_num: 1 } },
        image: { counters: { un_scanned_image_num: null } },
      },
      p5: { total: 2, alarm: { total: 2, points: 12, severities: { critical: 2 } } },
    },
    { p2: { unknownFields: ["$.next"], officialScore: said } },
  );
}
