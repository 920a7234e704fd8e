import type { Loader } from "vega";

/** A loader that reads nothing, and the addresses that it was asked for. */
export interface ShutLoader extends Loader {
  refused: readonly string[];
}

/**
 * What vega reads data, pictures and links with, here: it refuses all of them, of every scheme, whatever put the
 * address together.
 */
export function shutLoader(): ShutLoader {
  const refused: string[] = [];
  const refuse = (address: unknown): Promise<never> => {
    refused.push(String(address));
    return Promise.reject(new Error(`A chart reads nothing: ${String(address)}`));
  };
  return { refused, load: refuse, sanitize: refuse, http: refuse, file: refuse };
}
