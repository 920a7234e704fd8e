import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderChannel } from "./folder-channel.ts";
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

test("links that somebody planted in the folder are replaced, and what they point to stays", async () => {
  const secret = join(post.reports, "..", "secret");
  const stem = "2026-11-24_executive-summary_all_en_e1";
  writeFileSync(secret, "untouched");
  mkdirSync(share, { recursive: true });
  const planted = [`${stem}.pdf`, `.${stem}.pdf.part`, `${stem}.txt`, `.${stem}.txt.part`];
  for (const name of planted) symlinkSync(secret, join(share, name));
  const manifest = writeEdition(post.reports, { ".pdf": Buffer.from("%PDF") });
  await post.enqueue(drop({ manifest, attach: ["pdf"], letter: null }));
  await post.send(null);
  expect(await post.deliveries()).toMatchObject([{ state: "sent", answer: "2 files" }]);
  expect(readFileSync(secret, "utf8")).toBe("untouched");
  expect(lstatSync(join(share, `${stem}.pdf`)).isFile()).toBe(true);
  expect(readFileSync(join(share, `${stem}.pdf`), "utf8")).toBe("%PDF");
});

test("files have the mode that is configured for their folder", async () => {
  const manifest = writeEdition(post.reports, { ".pdf": Buffer.from("%PDF") });
  await post.enqueue(drop({ manifest, attach: ["pdf"], letter: null }));
  await post.send(null, { folder: new FolderChannel(new Map([[share, { mode: 0o640 }]])) });
  const modes = readdirSync(share).map((name) => (statSync(join(share, name)).mode & 0o777).toString(8));
  expect(modes).toEqual(["640", "640"]);
});
