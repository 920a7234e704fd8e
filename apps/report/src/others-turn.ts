import { setImmediate } from "node:timers/promises";

/**
 * Lets what has come meanwhile be heard: a browser that prints asks back a few times, and stands still until it is
 * answered. Awaited between pieces of work that take milliseconds.
 */
export const othersTurn = async (): Promise<void> => {
  await setImmediate();
};
