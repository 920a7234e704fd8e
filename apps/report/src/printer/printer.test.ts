import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, inflateSync } from "node:zlib";
import { seeded } from "@nightledger/store/testing";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { fontFaces } from "../fonts.ts";
import { BrowserLeftovers } from "../process/browser-leftovers.ts";
import type { End } from "../process/one-printer.ts";
import { browsersHere } from "../testing/browsers-here.ts";
import { makeShortFolder } from "../testing/short-folder.ts";
import { BROWSER_SETTING } from "./find-chromium.ts";
import { openPrinter, type Printer, type PrinterOptions } from "./printer.ts";
import { whyUnsandboxed } from "./sandbox.ts";

const ONE_PRINTER = fileURLToPath(new URL("../process/one-printer.ts", import.meta.url));
/** Takes Chromium a good while. */
const LONG = `<h1>Long</h1>${"<p>A paragraph of a document that takes a moment.</p>".repeat(2000)}`;
const SIGNATURE = "%PDF-";

let tmp: string;
let left: BrowserLeftovers;

async function withPrinter<T>(options: PrinterOptions, work: (printer: Printer) => Promise<T>): Promise<T> {
  const printer = await openPrinter(options);
  try {
    return await work(printer);
  } finally {
    await printer.close();
  }
}

async function read(pdf: Uint8Array) {
  const loading = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const document = await loading.promise;
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.map((item) => ("str" in item ? item.str : "")).join(" "));
  }
  const [, , width = 0, height = 0]: number[] = (await document.getPage(1)).view;
  const { info } = await document.getMetadata();
  const outline = (await document.getOutline())?.map(({ title }) => title);
  await loading.destroy();
  return { pages, outline, size: [width, height].map(Math.floor), title: (info as { Title?: string }).Title };
}

/** Red, green and blue of a PNG's first pixel. */
function firstPixel(png: Uint8Array): number[] {
  const buffer = Buffer.from(png);
  const start = buffer.indexOf("IDAT") + 4;
  const chunk = buffer.subarray(start, start + buffer.readUInt32BE(start - 8));
  const data = inflateSync(chunk, { finishFlush: constants.Z_SYNC_FLUSH });
  return [...data.subarray(1, 4)];
}

const sizeOf = (png: Uint8Array): number[] => [
  Buffer.from(png).readUInt32BE(16),
  Buffer.from(png).readUInt32BE(20),
];

const BROWSERS = await browsersHere();

test("there is a browser to test with", () => {
  expect(BROWSERS).not.toEqual([]);
});

describe.each(BROWSERS)("%s", (browser) => {
  beforeEach(() => {
    tmp = makeShortFolder();
    left = new BrowserLeftovers(tmp);
    vi.stubEnv("TMPDIR", tmp);
    vi.stubEnv(BROWSER_SETTING, browser);
    return () => {
      vi.unstubAllEnvs();
      rmSync(tmp, { recursive: true });
    };
  });

  test("a document becomes an A4 PDF with its title and the outline of its headings", async () => {
    const html =
      "<!doctype html><html lang=en><title>Tonight</title><h1>All</h1><p>Words</p><h1>More</h1></html>";
    const { pdf, refused } = await withPrinter({}, (printer) => printer.pdf(html));
    expect(refused).toEqual([]);
    expect(await read(pdf)).toEqual({
      pages: [expect.stringContaining("Words")],
      outline: ["All", "More"],
      size: [595, 841],
      title: "Tonight",
    });
  });

  test("a document says what size it has", async () => {
    const html = "<style>@page{size:A5}</style><p>Small";
    const { pdf } = await withPrinter({}, (printer) => printer.pdf(html));
    // A5 is 419.5 × 595.3 points; Chromium rounds to its own pixels, this way or that
    const [width = 0, height = 0] = (await read(pdf)).size;
    expect(Math.abs(width - 419.5)).toBeLessThan(1.5);
    expect(Math.abs(height - 595.3)).toBeLessThan(1.5);
  });

  test("a font is there in time, also one that nothing but a margin box needs", async () => {
    const page = (name: string) =>
      `<style>${fontFaces("Foot").replaceAll('"Inter"', name)} @page{margin:20mm;@bottom-center{content:"Foot";font-family:${name}}}</style><p>Words`;
    await withPrinter({}, async (printer) => {
      for (const name of ["One", "Two", "Three"]) {
        const { pdf } = await printer.pdf(page(name));
        const fonts = Buffer.from(pdf)
          .toString("latin1")
          .match(/\/FontName \/\w+\+Inter/g);
        expect(fonts).toHaveLength(1);
      }
    });
  });

  test("a picture has the size it is asked for, or all of the document, in light or dark", async () => {
    const html =
      "<style>html{background:#fff} @media(prefers-color-scheme:dark){html{background:#102030}} body{margin:0}</style><div style='height:900px'>";
    await withPrinter({}, async (printer) => {
      const light = await printer.picture(html, { width: 390, height: 300, scale: 2 });
      expect(sizeOf(light)).toEqual([780, 600]);
      expect(firstPixel(light)).toEqual([255, 255, 255]);
      const dark = await printer.picture(html, {
        width: 390,
        height: 300,
        colorScheme: "dark",
        fullPage: true,
      });
      expect(sizeOf(dark)).toEqual([390, 900]);
      expect(firstPixel(dark)).toEqual([16, 32, 48]);
    });
  });

  test("a page shows nothing of the document before", async () => {
    const first = `<html class=dark><head><title>First</title><style>p{font-size:40px;color:red} @page{size:A5}</style>
    <meta http-equiv=refresh content="5;url=http://example.com/"><base href="http://example.com/"></head><p>First</p><img src="http://127.0.0.1:9/">`;
    const second = "<!doctype html><title>Second</title><p>Second</p>";
    await withPrinter({ pages: 1 }, async (printer) => {
      const alone = await read((await printer.pdf(second)).pdf);
      const { refused } = await printer.pdf(first);
      expect(refused).toContain("http://127.0.0.1:9/");
      const after = await printer.pdf(second);
      expect(after.refused).toEqual([]);
      expect(await read(after.pdf)).toEqual(alone);
      expect(after.pdf.length).toBe((await printer.pdf(second)).pdf.length);
    });
  });

  test("more documents than pages wait in the order in which they came", async () => {
    const done: number[] = [];
    await withPrinter({ pages: 1 }, async (printer) => {
      const print = async (number: number) => {
        await printer.pdf(`<p>${number}`);
        done.push(number);
      };
      await Promise.all([1, 2, 3, 4, 5].map(print));
    });
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  test("pages and browsers are replaced while documents are printed, and none is lost", async () => {
    const groups = new Set<number>();
    const texts = await withPrinter({ pages: 2, recycleAfter: 2, restartAfter: 5 }, async (printer) => {
      const print = async (number: number) => {
        const { pdf } = await printer.pdf(`<p>Document ${number}`);
        for (const { group } of left.running()) groups.add(group);
        return (await read(pdf)).pages.join();
      };
      return await Promise.all(Array.from({ length: 12 }, (_, index) => print(index)));
    });
    expect(texts).toEqual(Array.from({ length: 12 }, (_, index) => `Document ${index}`));
    expect(groups.size).toBeGreaterThan(1);
  });

  test("a browser that holds too much memory is replaced", async () => {
    await withPrinter({ pages: 1, memoryLimitMiB: 1 }, async (printer) => {
      const [before] = left.running();
      for (let number = 0; number < 21; number += 1) await printer.pdf(`<p>${number}`);
      const [after] = left.running();
      expect(before?.group).toBeGreaterThan(0);
      expect(after?.group).not.toBe(before?.group);
      expect(left.folders()).toHaveLength(1);
    });
  });

  const renderers = () => left.running().filter(({ command }) => command.includes("--type=renderer"));

  test.each([
    ["as it opens", false],
    ["that was used before", true],
  ])("a document whose page crashed is printed by a fresh one: a page %s", async (_, before) => {
    await withPrinter({ pages: 1 }, async (printer) => {
      if (before) await printer.pdf("<p>Before");
      const printing = printer.pdf(LONG);
      await left.until(() => renderers().length > 0);
      for (const { pid } of renderers()) process.kill(pid, "SIGKILL");
      expect((await read((await printing).pdf)).pages[0]).toContain("Long");
    });
  });

  test("a document whose browser crashed is printed by a fresh one", async () => {
    await withPrinter({ pages: 1 }, async (printer) => {
      const printing = printer.pdf(LONG);
      await left.until(() => renderers().length > 0);
      for (const { pid, command } of left.running()) {
        if (!command.includes("--type=") && !command.startsWith("/bin/sh")) process.kill(pid, "SIGKILL");
      }
      expect((await read((await printing).pdf)).pages[0]).toContain("Long");
    });
  });

  test("a document whose pages keep crashing is refused, and the next is printed", async () => {
    await withPrinter({ pages: 1 }, async (printer) => {
      let over = false;
      const printing = printer.pdf(LONG).finally(() => {
        over = true;
      });
      printing.catch(() => {});
      await left.until(() => {
        for (const { pid } of renderers()) process.kill(pid, "SIGKILL");
        return over;
      });
      await expect(printing).rejects.toMatchObject({
        name: "PrintError",
        failure: "crashed",
        message: expect.stringContaining(
          "its page crashed, and so did a fresh one. Most often memory is short",
        ),
      });
      expect((await read((await printer.pdf("<p>Next")).pdf)).pages).toEqual(["Next"]);
    });
  });

  test("a document that takes too long is refused with the name of the setting", async () => {
    await withPrinter({ pages: 1, printTimeoutMs: 1 }, async (printer) => {
      await expect(printer.pdf(LONG)).rejects.toMatchObject({
        failure: "timeout",
        message: expect.stringContaining("it took longer than 0.001 s. Give it more time (printTimeoutMs)"),
      });
    });
  });

  test("a document that is given up makes way for the next", async () => {
    await withPrinter({ pages: 1 }, async (printer) => {
      const stop = new AbortController();
      const given = printer.pdf(LONG, { signal: stop.signal });
      const next = printer.pdf("<p>Next");
      await left.until(() => renderers().length > 0);
      stop.abort();
      await expect(given).rejects.toMatchObject({ name: "AbortError" });
      expect((await read((await next).pdf)).pages).toEqual(["Next"]);
    });
  });

  test("a closed printer prints nothing", async () => {
    const printer = await openPrinter({ pages: 1 });
    const waiting = Promise.allSettled([printer.pdf(LONG), printer.pdf("<p>x")]);
    await printer.close();
    const refused = { status: "rejected", reason: { name: "PrintError", failure: "closed" } };
    expect(await waiting).toMatchObject([refused, refused]);
    expect(await Promise.allSettled([printer.pdf("<p>x")])).toMatchObject([refused]);
  });

  test("Chromium's folder is its user's alone, and it knows nothing of our secrets", async () => {
    vi.stubEnv("NIGHTLEDGER_TEST_SECRET", "hush");
    await withPrinter({}, async () => {
      const [folder = ""] = left.folders();
      expect(statSync(join(tmp, folder)).mode & 0o777).toBe(0o700);
      const leader = left.running().find(({ pid, group }) => pid === group);
      const environment = readFileSync(`/proc/${leader?.pid}/environ`, "utf8");
      expect(environment).toContain(`TMPDIR=${join(tmp, folder)}`);
      expect(environment).not.toContain("hush");
    });
  });

  test("what a killed process left is removed, what a living one uses is kept", async () => {
    await withPrinter({ pages: 1 }, async () => {
      const [living = ""] = left.folders();
      const [, , world = "", pid = "", began = ""] = living.split("-");
      const later = (Number.parseInt(began, 36) + 1).toString(36);
      mkdirSync(join(tmp, `nl-browser-${world}-${pid}-${later}-AAAAAA`, "Default"), { recursive: true });
      mkdirSync(join(tmp, `nl-browser-0-${pid}-${later}-BBBBBB`));
      await withPrinter({ pages: 1 }, async () => {
        expect(left.folders()).toHaveLength(3); // this one's, the living one's, and that of another world
        expect(left.folders()).toContain(living);
      });
    });
  });

  test("the sandbox is off for those who say so, and for nobody by accident", () => {
    expect(whyUnsandboxed({ NIGHTLEDGER_BROWSER_SANDBOX: "off" })).toBe("NIGHTLEDGER_BROWSER_SANDBOX is off");
    const root = "Chromium refuses it to root; run nightledger as a user of its own";
    expect(whyUnsandboxed({ PUPPETEER_DANGEROUS_NO_SANDBOX: "true" })).toBe(
      process.getuid?.() === 0 ? root : null,
    );
  });

  /** A listener that counts every connection, whatever is said on it. */
  async function listen() {
    const said: string[] = [];
    const server = createServer((socket) => {
      said.push("a connection");
      socket.on("error", () => {}).on("data", (data) => said.push(data.toString()));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return { origin: `127.0.0.1:${address.port}`, said, close: () => server.close() };
  }

  const hostile = (origin: string, file: string): string => {
    const url = (path: string) => `http://${origin}/${path}`;
    return `<!doctype html><html lang=en><head><title>Hostile</title>
<link rel=preconnect href="${url("")}"><link rel=dns-prefetch href="${url("")}"><link rel=prefetch href="${url("prefetch")}">
<link rel=preload as=image href="${url("preload")}"><link rel=modulepreload href="${url("module")}"><link rel=prerender href="${url("prerender")}">
<link rel=icon href="${url("icon")}"><link rel=manifest href="${url("manifest")}"><link rel=stylesheet href="${url("style")}">
<style>@import url("${url("import")}"); @font-face{font-family:x;src:url("${url("font")}")}
body{font-family:x;background:url("${url("background")}")} @media print{p{background:url("${url("print")}")}}
li{list-style-image:url("${url("list")}")} b::before{content:url("${url("content")}")} @page{@top-left{content:url("${url("margin")}")}}</style>
<script>new Image().src="${url("script")}";new WebSocket("ws://${origin}/socket");fetch("${url("fetch")}");
navigator.serviceWorker.register("${url("worker")}");document.write("SCRIPTED")</script><script src="${url("source")}"></script>
<script type=speculationrules>{"prefetch":[{"source":"list","urls":["${url("speculation")}"]}]}</script>
<meta http-equiv=refresh content="0;url=${url("refresh")}"></head><body onload="location='${url("onload")}'">
<h1>Still here</h1><p>text</p><ul><li>a</ul><b>b</b><img src="${url("image")}"><img srcset="${url("srcset")} 1x"><img loading=lazy src="${url("lazy")}">
<img src="file://${file}"><iframe src="file://${file}"></iframe><iframe src="view-source:file://${file}"></iframe><iframe src="${url("iframe")}"></iframe>
<iframe srcdoc="<img src='${url("srcdoc")}'><script>fetch('${url("srcdoc-script")}')</script>"></iframe>
<iframe src="data:text/html,<img src='${url("data-frame")}'><script>fetch('${url("data-script")}')</script>"></iframe><iframe src="javascript:fetch('${url("js")}')"></iframe>
<object data="${url("object")}"></object><object data="file://${file}" type=text/plain></object><embed src="${url("embed")}"><embed src="file://${file}" type=text/plain>
<video src="${url("video")}" poster="${url("poster")}" autoplay></video><audio src="${url("audio")}" autoplay></audio>
<svg><use href="${url("use")}#a"/><image href="${url("svg-image")}"/><script href="${url("svg-script")}"/><filter id=f><feImage href="${url("fe")}"/></filter><rect filter="url(#f)" fill="url(${url("paint")}#p)" width=9 height=9 /></svg>
<form action="${url("form")}"><input autofocus onfocus="this.form.submit()"><input type=image src="${url("input")}"></form>
<a href="${url("link")}" ping="${url("ping")}" download>a</a><details open ontoggle="fetch('${url("toggle")}')">d</details></body></html>`;
  };

  test.each([
    "",
    `<meta http-equiv="Content-Security-Policy" content="default-src * data: 'unsafe-inline'">`,
  ])("a document that tries everything reaches nothing: no server, no file, no script (%j)", async (meta) => {
    const file = join(tmp, "secret.txt");
    writeFileSync(file, "FILECONTENT");
    const server = await listen();
    const html = hostile(server.origin, file).replace("<head>", `<head>${meta}`);
    await withPrinter({ pages: 1 }, async (printer) => {
      const { pdf, refused } = await printer.pdf(html);
      const url = (path: string) => `http://${server.origin}/${path}`;
      const named = [
        "image",
        "style",
        "import",
        "font",
        "print",
        "prefetch",
        "preload",
        "video",
        "svg-image",
      ];
      expect(refused).toEqual(expect.arrayContaining([...named.map(url), `file://${file}`]));
      const { pages } = await read(pdf);
      expect(pages.join(" ")).toContain("Still here");
      expect(pages.join(" ")).not.toMatch(/FILECONTENT|SCRIPTED/);
      await printer.picture(html, { width: 400, fullPage: true });
      // whatever it would still do by itself it has done once another document is there
      expect((await printer.pdf("<p>After")).refused).toEqual([]);
    });
    server.close();
    expect(server.said).toEqual([]);
  });

  const ENDS = ["SIGKILL", "SIGTERM", "exit", "throw"] as const;

  async function abortedHere(afterMs: number): Promise<void> {
    const signal = AbortSignal.timeout(Math.round(afterMs));
    try {
      await withPrinter({ pages: 2, signal }, (printer) =>
        Promise.all(Array.from({ length: 40 }, () => printer.pdf(LONG.slice(0, 20_000)))),
      );
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async function abortedThere(end: (typeof ENDS)[number], afterMs: number): Promise<void> {
    const child = fork(ONE_PRINTER, [], { silent: true });
    await once(child, "message");
    const timer = AbortSignal.timeout(Math.round(afterMs));
    await once(timer, "abort");
    left.running();
    if (end === "SIGKILL" || end === "SIGTERM") child.kill(end);
    else child.send(end satisfies End);
    await once(child, "exit");
  }

  const RENDERS = process.env.FULL_TRIALS === "1" ? 50 : 15;

  test(`${RENDERS} renders ended at random moments, in whatever way, leave no process and no folder`, {
    timeout: 600_000,
  }, async () => {
    const random = seeded(20261124);
    // as long as a browser and a few documents take here and now: an end may come at any of their moments
    const begun = performance.now();
    await withPrinter({}, (printer) => Promise.all([LONG, LONG].map((html) => printer.pdf(html))));
    const wholeMs = 1.5 * (performance.now() - begun);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, left.running().length);
    }, 250);
    for (let round = 0; round < RENDERS; round += 5) {
      await Promise.all([
        abortedHere(random() * wholeMs),
        ...ENDS.map((end) => abortedThere(end, random() * wholeMs)),
      ]);
    }
    clearInterval(watch);
    expect(most).toBeGreaterThan(5);
    await left.until(() => left.running().length === 0 && left.folders().length === 0);
    expect(left.running()).toEqual([]);
    expect(left.folders()).toEqual([]);
  });

  test("the pages print a PDF each at the same time", async () => {
    const printed = await withPrinter({ pages: 3 }, (printer) =>
      Promise.all([1, 2, 3, 4, 5, 6].map(async (number) => (await printer.pdf(`<p>${number}`)).pdf)),
    );
    for (const pdf of printed) expect(Buffer.from(pdf).toString("latin1", 0, 5)).toBe(SIGNATURE);
  });
});
