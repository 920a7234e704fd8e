import { expect, test } from "vitest";
import { reasonInStderr } from "./reason-in-stderr.ts";

const SOCKET =
  "Socket path too long: /var/folders/zz/zyxvpxvq6csfxvn/T/org.chromium.Chromium.gHLiFt/SingletonSocket.";

/** As browsers wrote it: what stands around the reason, and the reason. */
const WRITTEN = {
  "Debian's Chromium in a long folder": [
    `/usr/bin/chromium: 9: [: 25276026880: unexpected operator
[30767:30767:1130/083957.038554:FATAL:chrome/browser/process_singleton_posix.cc:315] ${SOCKET}
[1130/083957.181324:ERROR:third_party/crashpad/crashpad/util/file/file_io_posix.cc:145] open /sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq: No such file or directory (2)
`,
    SOCKET,
  ],
  "a library that is missing": [
    "/opt/chrome/chrome: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory\n",
    "/opt/chrome/chrome: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory",
  ],
  "a machine without a bus and without user namespaces": [
    `[44:61:1130/083958.526605:ERROR:dbus/bus.cc:405] Failed to connect to the bus: Failed to connect to socket /run/dbus/system_bus_socket: No such file or directory
[44:44:1130/083958.6:FATAL:content/browser/zygote_host/zygote_host_impl_linux.cc:128] No usable sandbox! If you are running on Ubuntu 23.10+ see the docs.
#0 0x55d0c0ffee <unknown>
`,
    "No usable sandbox! If you are running on Ubuntu 23.10+ see the docs.",
  ],
  "Ubuntu's script in a browser's place": [
    "\nCommand '/usr/bin/chromium-browser' requires the chromium snap to be installed.\nPlease install it with:\n\nsnap install chromium\n\n",
    "Command '/usr/bin/chromium-browser' requires the chromium snap to be installed.",
  ],
  "a file that is no program": [
    "nightledger-browser: 1: /opt/chrome: Permission denied\n",
    "nightledger-browser: 1: /opt/chrome: Permission denied",
  ],
  "a fatal line that nobody knows": [
    `[7:7:1130/083958.1:ERROR:content/other.cc:1] Something went wrong before.
[7:7:1130/083958.2:FATAL:content/unheard.cc:7] Check failed: the moon is full.
#0 0x55d0c0ffee <unknown>
`,
    "Check failed: the moon is full.",
  ],
  "lines that nobody knows": ["starting\nThe licence has run out.\n", "The licence has run out."],
} as const;

test.each(Object.entries(WRITTEN))("names the line that matters: %s", (_, [stderr, reason]) => {
  expect(reasonInStderr(stderr)).toBe(reason);
});

test("names nothing where a browser writes nothing, or only what it writes everywhere", () => {
  expect(reasonInStderr("")).toBe(null);
  expect(
    reasonInStderr(
      "[44:61:1130/083958.5:ERROR:dbus/bus.cc:405] Failed to connect to the bus: no such file\n",
    ),
  ).toBe(null);
});

test("steers no terminal, and is one line of 300 characters at most", () => {
  const reason = reasonInStderr(`\u001b[31mred\u0007 \u009b2J${"x".repeat(500)}\n`);
  expect(reason).toMatch(/^ \[31mred/);
  expect(reason).not.toMatch(/\p{Cc}/u);
  expect(reason).toHaveLength(300);
});
