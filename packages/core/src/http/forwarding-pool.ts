import { type Dispatcher, Pool } from "undici";
import { proxyRefusal } from "./connection-error.ts";
import { type ForwardProxy, proxyAuthorization } from "./proxy-routes.ts";

/** Takes a proxy's 407 for what it is: the answer of the proxy, not of the target. */
function refusing(
  handler: Dispatcher.DispatchHandler,
  proxy: ForwardProxy,
  target: string,
): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart(controller, status, headers, ...more) {
      if (status !== 407) return handler.onResponseStart?.(controller, status, headers, ...more);
      const challenge = String(headers["proxy-authenticate"] ?? "");
      return controller.abort(proxyRefusal(proxy, target, { status, challenge }));
    },
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}

/** Sends requests for one http origin to a proxy, which forwards them (absolute form: RFC 9112, 3.2.2). */
export class ForwardingPool extends Pool {
  readonly #proxy: ForwardProxy;
  readonly #origin: string;

  constructor(origin: string, proxy: ForwardProxy, options: Pool.Options) {
    super(proxy.url, options);
    this.#proxy = proxy;
    this.#origin = origin;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const authorization = proxyAuthorization(this.#proxy);
    const forwarded = {
      ...options,
      origin: this.#proxy.url,
      path: `${this.#origin}${options.path}`,
      headers: {
        host: new URL(this.#origin).host,
        ...(options.headers as Record<string, string> | undefined),
        ...(authorization !== null && { "proxy-authorization": authorization }),
      },
      // else it is taken from the Host header, which names the target
      servername: new URL(this.#proxy.url).hostname,
    };
    return super.dispatch(forwarded, refusing(handler, this.#proxy, new URL(this.#origin).host));
  }
}
