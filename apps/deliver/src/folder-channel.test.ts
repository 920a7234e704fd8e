import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parcelFor, writeEdition } from "./test-parcels.ts";
import { openPost, type Post } from "./test-post.ts";

let post: Post;
let share: string;

beforeEach(async () => {
  post = await openPost();
  share = join(post.reports, "..", "share", "reports");
});
afterEach(() => post.remove());

const drop = (more: Parameters<typeof parcelFor>[1] = {}) => ({
  ...parcelFor(share, more),
  channel: "folder" as const,
});

test("a folder gets the files and the mail's text, and is made if it is not there", async () => {
  const manifest = writeEdition(post.reports, { ".pdf": Buffer.from("%PDF"), ".xlsx": Buffer.from("PK") });
  await post.enqueue(drop({ manifest, attach: ["pdf"], letter: null }));
  await post.send(null);
  expect(await post.deliveries()).toMatchObject([{ state: "sent", answer: "2 files" }]);
  expect(readdirSync(share).sort()).toEqual([
    "2026-11-24_executive-summary_all_en_e1.pdf",
    "2026-11-24_executive-summary_all_en_e1.txt",
  ]);
  expect(readFileSync(join(share, "2026-11-24_executive-summary_all_en_e1.txt"), "utf8")).toBe(
    "A subject\n\nBody\n",
  );
});

test("a notice is a file named after what it is", async () => {
  await post.enqueue({ ...drop(), kind: "held" });
  await post.send(null);
  expect(readdirSync(share)).toEqual(["2026-11-24_executive-summary_all_en_held_e1.txt"]);
});

test("a folder that cannot be written is tried again, and nothing half-written is left", async () => {
  mkdirSync(join(share, ".."), { recursive: true });
  writeFileSync(share, "a file where the folder should be");
  await post.enqueue(drop());
  await post.send(null);
  expect(await post.deliveries()).toMatchObject([
    {
      state: "deferred",
      answer: expect.stringMatching(/cannot be written \(E\w+\)\. Check its permissions and its disk\.$/),
    },
  ]);
  expect(existsSync(join(share, ".x"))).toBe(false);
});
