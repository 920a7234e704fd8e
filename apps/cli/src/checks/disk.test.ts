import { expect, test } from "vitest";
import { bytesText, roomFinding } from "./disk.ts";

const MIB = 1024 * 1024;
const need = { subject: "/ledger", nightBytes: 10 * MIB, onceBytes: 0 };
const cure = "Make room, or move it to a larger disk: a night that finds none is lost.";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.5 KiB"],
  [200 * MIB, "200 MiB"],
  [3.25 * 1024 * MIB, "3.3 GiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  ["room for a month is enough", need, 300 * MIB, "ok", "300 MiB are free; a night took 10.0 MiB of late."],
  [
    "less than a month is a warning",
    need,
    299 * MIB,
    "warning",
    `299 MiB are free; a night took 10.0 MiB of late: room for 29 nights. ${cure}`,
  ],
  [
    "less than two nights is a failure",
    need,
    19 * MIB,
    "failed",
    `19.0 MiB are free; a night took 10.0 MiB of late: room for 1 nights. ${cure}`,
  ],
  [
    "the analysts' copy has to fit in beside it",
    { ...need, onceBytes: 400 * MIB },
    300 * MIB,
    "failed",
    `300 MiB are free; a night took 10.0 MiB of late, beside 400 MiB for the analysts' copy: room for 0 nights. ${cure}`,
  ],
  [
    "where no night is known a gibibyte should be free",
    { ...need, nightBytes: null },
    1023 * MIB,
    "warning",
    `Only 1023 MiB are free, and no night says yet how much one takes. ${cure}`,
  ],
  [
    "and is enough",
    { ...need, nightBytes: null },
    1024 * MIB,
    "ok",
    "1.0 GiB are free; no night says yet how much one takes.",
  ],
])("%s", async (_, needed, free, status, detail) => {
  expect(await roomFinding(needed, free)).toEqual({ check: "disk", subject: "/ledger", status, detail });
});
