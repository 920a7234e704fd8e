/** `[1:2:1124/010203.4:FATAL:content/file.cc(5)] what matters` */
const LOG_LINE = /^\[[^\]]*:(FATAL|ERROR|WARNING|INFO|VERBOSE\d*):[^\]]*\]\s*(.*)$/;
/** `/usr/bin/chromium: 9: [: 25274925056: unexpected operator`: a launcher's script goes on after it. */
const SCRIPT_LINE = /^\S+: (?:line )?\d+: /;

/** Reasons that a browser, its launcher or the system's loader gives for not starting, whatever stands around them. */
const REASONS = [
  /socket path too long/i,
  /no usable sandbox|failed to move to new namespace|setuid sandbox/i,
  /error while loading shared libraries|symbol lookup error|version [`'"]\S+ not found/i,
  /requires the \S+ snap|snap install|is not installed/i,
  /profile appears to be in use|processsingleton/i,
  /exec format error|cannot execute|permission denied|: not found$/i,
  /no space left on device|read-only file system|cannot allocate memory|too many open files|disk quota/i,
  /missing x server|cannot open display/i,
] as const;

/** What Chromium writes on every machine that is not a desktop, started or not. */
const HARMLESS =
  /\b(dbus|d-bus|crashpad|gcm|vaapi|vulkan|gpu|udev|upower|fontconfig|scaling_(?:cur|max)_freq)\b|unexpected operator|broken pipe/i;

interface Line {
  text: string;
  isHarmless: boolean;
  level: string | null;
  isScript: boolean;
}

function lineOf(line: string): Line {
  const [, level = null, logged] = LOG_LINE.exec(line) ?? [];
  const text = (logged ?? line).trim();
  return { text, isHarmless: HARMLESS.test(line), level, isScript: SCRIPT_LINE.test(line) };
}

/**
 * The line of a browser's stderr that says why it did not start: one that names a known reason, else the first fatal
 * one, else the last one that is not written anywhere else too. Null where there is none. One line, 300 characters at
 * most, with no character that steers a terminal.
 */
export function reasonInStderr(stderr: string): string | null {
  const lines = stderr.split(/\r?\n/).flatMap((line) => (line.trim() === "" ? [] : [lineOf(line)]));
  const known = (line: Line) => REASONS.some((reason) => reason.test(line.text));
  const telling = lines.filter(({ isHarmless }) => !isHarmless);
  const reason =
    lines.find((line) => line.level === "FATAL" && known(line)) ??
    telling.find(known) ??
    lines.find(({ level }) => level === "FATAL") ??
    telling.findLast(({ isScript }) => !isScript) ??
    telling.at(-1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
  return reason?.text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, 300) ?? null;
}
