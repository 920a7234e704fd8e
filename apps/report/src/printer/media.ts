/** What a page is shown on, for `Emulation.setEmulatedMedia`. */
export const PRINT = { media: "print", features: [] };

export const screen = (colorScheme: "light" | "dark") => ({
  media: "screen",
  features: [{ name: "prefers-color-scheme", value: colorScheme }],
});
