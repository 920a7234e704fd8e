const LINE = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?)$/;
const LABEL = /([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/gy;

const unescaped = (text: string): string =>
  text.replace(/\\(["\\n])/g, (_, one: string) => (one === "n" ? "\n" : one));

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let at = 0;
  for (const [whole, name = "", value = ""] of text.matchAll(LABEL)) {
    if (name in labels) throw new Error(`The label ${name} is there twice.`);
    labels[name] = unescaped(value);
    at += whole.length;
  }
  if (at !== text.length) throw new Error(`These are no labels: ${text}`);
  return labels;
}

/** One figure as it was read. */
export interface ReadSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/**
 * Reads Prometheus' text format and takes nothing else: every metric has its HELP and TYPE before its figures, once, and
 * no figure is there twice. @throws Error
 */
export function readMetrics(text: string): ReadSample[] {
  if (!text.endsWith("\n")) throw new Error("The last line does not end.");
  const seen = new Set<string>();
  let open = "";
  let help = "";
  return text
    .slice(0, -1)
    .split("\n")
    .flatMap((line) => {
      const [, kind, name = ""] = /^# (HELP|TYPE) (\S+) \S/.exec(line) ?? [];
      if (kind === "HELP") {
        if (seen.has(name)) throw new Error(`${name} is there twice.`);
        [help, open] = [name, ""];
        seen.add(name);
        return [];
      }
      if (kind === "TYPE") {
        if (help !== name || !/ (gauge|counter)$/.test(line)) throw new Error(`This is no TYPE: ${line}`);
        open = name;
        return [];
      }
      const [, metric = "", labels = "", value] = LINE.exec(line) ?? [];
      if (metric === "" || metric !== open) throw new Error(`This is no figure of ${open}: ${line}`);
      const key = `${metric}{${labels}}`;
      if (seen.has(key)) throw new Error(`${key} is there twice.`);
      seen.add(key);
      return [{ name: metric, labels: labelsOf(labels), value: Number(value) }];
    });
}
