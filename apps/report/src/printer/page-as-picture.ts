import type { CDPSession } from "puppeteer-core";
import { PRINT, screen } from "./media.ts";

export interface PictureSize {
  /** In CSS pixels. */
  width: number;
  /** In CSS pixels; A4's for the width if not given. */
  height?: number;
  /** Pixels of the picture to a CSS pixel, 1 if not given. */
  scale?: number;
  /** All of the document rather than its first `height`. */
  fullPage?: boolean;
  /** Light if not given. */
  colorScheme?: "light" | "dark";
}

const A4_RATIO = 297 / 210;

/** Sets up a page to be looked at: its window, and whether the reader likes it dark. */
export async function frame(session: CDPSession, size: PictureSize): Promise<void> {
  const { width, height = Math.round(width * A4_RATIO), scale = 1, colorScheme = "light" } = size;
  await session.send("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: scale,
    mobile: false,
  });
  await session.send("Emulation.setEmulatedMedia", screen(colorScheme));
}

/** Back to print, the document gone: on paper it might try what it did not on a screen. */
export async function unframe(session: CDPSession): Promise<void> {
  await session.send("Page.navigate", { url: "about:blank" });
  await session.send("Emulation.clearDeviceMetricsOverride");
  await session.send("Emulation.setEmulatedMedia", PRINT);
}

/** What a framed page shows as PNG. */
export async function pageAsPicture(session: CDPSession, fullPage: boolean): Promise<Uint8Array> {
  const { cssContentSize, cssLayoutViewport } = await session.send("Page.getLayoutMetrics");
  const height = fullPage ? cssContentSize.height : cssLayoutViewport.clientHeight;
  const { data } = await session.send("Page.captureScreenshot", {
    format: "png",
    clip: { x: 0, y: 0, width: cssLayoutViewport.clientWidth, height, scale: 1 },
    captureBeyondViewport: fullPage,
  });
  return Buffer.from(data, "base64");
}
