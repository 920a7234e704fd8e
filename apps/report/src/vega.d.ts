/** What vega exports and its types leave out. */
declare module "vega" {
  /** d3's locale definitions: https://d3js.org/d3-format#formatLocale, https://d3js.org/d3-time-format#timeFormatLocale */
  export function locale(number: object, time: object): import("vega").LocaleFormatters;

  /** Vega's measure of a text's width, in pixels: may be replaced where there is no canvas. */
  export const textMetrics: {
    width: (item: { fontSize?: number; fontWeight?: string | number }, text: unknown) => number;
  };

  export class SVGStringRenderer {
    constructor(loader: import("vega").Loader);
    initialize(element: null, width: number, height: number, origin: readonly [number, number]): this;
    render(scene: import("vega").Scene): this;
    svg(): string;
  }
}
