import { httpAgentFor } from "@nightledger/core/http-agent";
import { type ProxyRoutes, proxyFor } from "@nightledger/core/proxy-routes";
import type { Attributes, Span } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Fields } from "./watch.ts";

/** The trace of one night: a root span, and a child for each of its phases. */
export interface Trace {
  /** Begins a phase; the function ends it, with what broke it or null. */
  phase(name: string): (broken: string | null) => void;
  /** Ends the root and hands everything over. Gives what kept it from being taken; null is nothing. */
  end(fields: Fields, broken: string | null): Promise<string | null>;
}

/** Keeps what has ended: a night has a handful of spans, and whether they are taken is asked once. */
class KeptSpans implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

/**
 * Begins a trace that goes to an OTLP/HTTP endpoint when it ends. Headers are those of `OTEL_EXPORTER_OTLP_HEADERS`, as
 * everywhere.
 */
export async function openTrace(
  url: string,
  name: string,
  { fields, timeoutMs, routes }: { fields: Fields; timeoutMs: number; routes: ProxyRoutes },
): Promise<Trace> {
  // loaded only here: nothing else waits for it
  const [
    { context, SpanStatusCode, trace },
    { TracerProvider },
    { resourceFromAttributes },
    { OTLPTraceExporter },
  ] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const kept = new KeptSpans();
  const resource = resourceFromAttributes({ "service.name": "nightledger" });
  const tracer = new TracerProvider({ resource, spanProcessors: [kept] }).getTracer("nightledger");
  const target = new URL(url);
  const isDirect = proxyFor(routes, target) === null && routes.ca === null;
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: timeoutMs,
    ...(!isDirect && { httpAgentOptions: () => httpAgentFor(routes, target, timeoutMs) }),
  });
  const root = tracer.startSpan(name, { attributes: fields as Attributes });
  const within = trace.setSpan(context.active(), root);
  const close = (span: Span, broken: string | null): void => {
    if (broken !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: broken });
    span.end();
  };

  return {
    phase(phase) {
      const span = tracer.startSpan(phase, {}, within);
      return (broken) => close(span, broken);
    },
    async end(ended, broken) {
      root.setAttributes(ended as Attributes);
      close(root, broken);
      const result = await new Promise<{ code: number; error?: Error }>((resolve) => {
        const late = { code: 1, error: new Error("no answer in time") };
        const timer = setTimeout(resolve, timeoutMs, late);
        exporter.export(kept.spans, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
      });
      // what it waits for is over, or is given up
      void exporter.shutdown().catch(() => {});
      return result.code === 0 ? null : (result.error?.message ?? "it was not taken").replace(/\.$/, "");
    },
  };
}
