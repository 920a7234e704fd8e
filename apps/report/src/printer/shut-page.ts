import type { BrowserContext, CDPSession, Protocol } from "puppeteer-core";
import { CONTENT_POLICY } from "../html/content-policy.ts";
import type { Chromium } from "./chromium.ts";
import { PRINT } from "./media.ts";
import { RefusedRequests } from "./refused-requests.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Where a document says it is; it is given from here, so that it comes with a policy. Nothing is asked there. */
const ADDRESS = "https://report.invalid/";
const POLICY = `${CONTENT_POLICY}; sandbox`;
const HEADERS = [
  { name: "content-type", value: "text/html; charset=utf-8" },
  { name: "content-security-policy", value: POLICY },
  { name: "x-dns-prefetch-control", value: "off" },
  { name: "cache-control", value: "no-store" },
];
/** Run by us, where no script of the document's own can: waits for the fonts asked for so far and counts them. */
const FONTS_ASKED_FOR =
  "document.fonts.ready.then((fonts) => [...fonts].filter((face) => face.status !== 'unloaded').length)";

/** A page as Chromium knows it. As puppeteer knows it, it would get worlds for scripts with each document. */
async function openTarget({ session }: Chromium, context: BrowserContext): Promise<CDPSession> {
  const opening = context.waitForTarget((target) => target.type() === "page", { timeout: 0 });
  await session.send("Target.createTarget", { url: "about:blank", browserContextId: context.id ?? "" });
  return await (await opening).createCDPSession();
}

/** A page that runs no script, reaches nothing, and shows one document after the other. */
export class ShutPage {
  readonly chromium: Chromium;
  readonly session: CDPSession;
  /** Aborted when the page crashed or Chromium ended. */
  readonly gone: AbortSignal;
  readonly refused = new RefusedRequests();
  documents = 0;
  readonly #crashed = new AbortController();
  readonly #context: BrowserContext;
  #offered: string | null = null;
  readonly #loaded = new Set<string>();
  #onLoad = (): void => {};

  private constructor(chromium: Chromium, context: BrowserContext, session: CDPSession) {
    this.chromium = chromium;
    this.session = session;
    this.gone = AbortSignal.any([this.#crashed.signal, chromium.process.ended]);
    this.#context = context;
    session.on("Inspector.targetCrashed", () => this.#crashed.abort(new Error("Its page crashed.")));
    session.on("Fetch.requestPaused", (paused) => void this.#answer(paused).catch(() => {}));
    session.on("Page.lifecycleEvent", ({ name, loaderId }) => {
      if (name !== "load") return;
      this.#loaded.add(loaderId);
      this.#onLoad();
    });
  }

  /** A page that shares nothing with any other. */
  static async open(chromium: Chromium, signal: AbortSignal): Promise<ShutPage> {
    const context = await chromium.browser.createBrowserContext({ downloadBehavior: { policy: "deny" } });
    try {
      // whichever page it is that crashes: one that does while it opens is never heard of again
      const usable = AbortSignal.any([signal, chromium.nextCrash()]);
      return await unlessAborted(ShutPage.#shut(chromium, context), usable);
    } catch (error) {
      context.close().catch(() => {});
      throw error;
    }
  }

  static async #shut(chromium: Chromium, context: BrowserContext): Promise<ShutPage> {
    const session = await openTarget(chromium, context);
    const page = new ShutPage(chromium, context, session);
    await Promise.all([
      session.send("Page.enable"),
      session.send("Page.setLifecycleEventsEnabled", { enabled: true }),
      session.send("Emulation.setScriptExecutionDisabled", { value: true }),
      session.send("Emulation.setEmulatedMedia", PRINT),
      session.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] }),
      page.refused.watch(session),
    ]);
    return page;
  }

  async #answer({ requestId, request, resourceType }: Protocol.Fetch.RequestPausedEvent): Promise<void> {
    const html = this.#offered;
    if (html !== null && request.url === ADDRESS && resourceType === "Document") {
      this.#offered = null;
      const body = Buffer.from(html).toString("base64");
      const answer = { requestId, responseCode: 200, responseHeaders: HEADERS, body };
      await this.session.send("Fetch.fulfillRequest", answer);
      return;
    }
    this.refused.add(request.url);
    // any other reason would put a page with an error in the document's place
    const errorReason = resourceType === "Document" ? "Aborted" : "BlockedByClient";
    await this.session.send("Fetch.failRequest", { requestId, errorReason });
  }

  /** Shows a document in place of the one before, of which nothing stays. */
  async show(html: string): Promise<void> {
    this.documents += 1;
    this.refused.take();
    this.#loaded.clear();
    this.#offered = html;
    const { loaderId = "", errorText } = await this.session.send("Page.navigate", { url: ADDRESS });
    // the document is ours to give, so it is the page that fails
    if (errorText !== undefined) this.#crashed.abort(new Error(`The page shows nothing (${errorText}).`));
    await new Promise<void>((resolve) => {
      this.#onLoad = () => this.#loaded.has(loaderId) && resolve();
      this.#onLoad();
    });
  }

  /** How many of the document's fonts were asked for so far. They are there. */
  async fontsLoaded(): Promise<number> {
    const asked = { expression: FONTS_ASKED_FOR, awaitPromise: true, returnByValue: true };
    const { result } = await this.session.send("Runtime.evaluate", asked);
    return Number(result.value);
  }

  /** Gives back the memory of the documents so far. */
  async purge(): Promise<void> {
    await this.session.send("Memory.forciblyPurgeJavaScriptMemory");
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
