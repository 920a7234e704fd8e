export { type Certificate, privateAuthority, signedCertificate } from "./certificates.ts";
export {
  type ForwardProxy,
  type ForwardProxyOptions,
  type Proxied,
  startForwardProxy,
} from "./forward-proxy.ts";
export { type ReverseProxy, type ReverseProxyOptions, startReverseProxy } from "./reverse-proxy.ts";
