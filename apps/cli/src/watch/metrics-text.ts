/** One figure of a metric. */
export interface Sample {
  labels?: Record<string, string>;
  /** Null is not known: then it is left out, since it is not zero. */
  value: number | null;
}

/** A metric with all its figures. */
export interface Metric {
  name: string;
  help: string;
  samples: readonly Sample[];
}

const helpText = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");

/** As the text format asks for: backslash, line feed and quote are escaped, everything else stands as it is. */
const labelText = (text: string): string => helpText(text).replaceAll('"', '\\"');

function sampleLine(name: string, { labels = {} }: Sample, value: number): string {
  const named = Object.entries(labels).map(([label, text]) => `${label}="${labelText(text)}"`);
  return `${name}${named.length === 0 ? "" : `{${named.join(",")}}`} ${value}\n`;
}

/** Metrics in Prometheus' text format 0.0.4. A metric without any known figure is left out whole. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, samples }) => {
      const lines = samples.flatMap((sample) =>
        sample.value === null ? [] : [sampleLine(name, sample, sample.value)],
      );
      if (lines.length === 0) return "";
      return `# HELP ${name} ${helpText(help)}\n# TYPE ${name} gauge\n${lines.join("")}`;
    })
    .join("");
}
