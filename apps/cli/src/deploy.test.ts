import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSimulator } from "@nightledger/simulator";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { VERBS } from "./verbs.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string): string => readFileSync(join(CHECKOUT, "deploy", name), "utf8");

/** The settings of a systemd unit, by section and name; one that is given more than once is a list. */
function unit(name: string): Record<string, Record<string, string[]>> {
  const sections: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of read(`systemd/${name}`).split("\n")) {
    const [, title] = /^\[(.+)\]$/.exec(line) ?? [];
    if (title !== undefined) {
      section = {};
      sections[title] = section;
    }
    const [, key, value] = /^([A-Z]\w*)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) section[key] = [...(section[key] ?? []), value];
  }
  return sections;
}

const dockerfile = read("docker/Dockerfile")
  .replace(/\\\n/g, " ")
  .split("\n")
  .filter((line) => /^[A-Z]/.test(line))
  .map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1).trim()] as const);
const instruction = (name: string) => dockerfile.filter(([each]) => each === name).map(([, rest]) => rest);

const [cronJob, claim] = parseAllDocuments(read("kubernetes/cronjob.yaml")).map((document) =>
  document.toJS(),
);
const pod = cronJob.spec.jobTemplate.spec.template.spec;
const [container] = pod.containers;
const compose = parse(read("docker/compose.yaml")).services.nightledger;
const service = unit("nightledger.service").Service ?? {};

const [workers] = parseAllDocuments(read("kubernetes/worker.yaml")).map((document) => document.toJS());
const workerPod = workers.spec.template.spec;
const worker = unit("nightledger-worker.service").Service ?? {};

const cronLine = read("crontab")
  .split("\n")
  .find((line) => /^\d/.test(line))
  ?.split(/\s+/);

/** What each file starts, without the program. */
const COMMANDS: [file: string, args: string[]][] = [
  ["crontab", (cronLine ?? []).slice(9)],
  ["systemd/nightledger.service", (service.ExecStart?.[0] ?? "").split(" ").slice(1)],
  ["docker/Dockerfile", JSON.parse(instruction("CMD")[0] ?? "[]")],
  ["kubernetes/cronjob.yaml", container.args],
];

/** What a command line asks for, if there are such a verb and such options. */
async function asked([verb = "", ...args]: readonly string[]) {
  const loaded = await VERBS[verb]?.();
  if (loaded === undefined) return expect.fail("There is such a verb.");
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(Object.entries(loaded.options).map(([name, { type }]) => [name, { type }])),
    strict: true,
  });
  return { verb, ...values };
}

const CONFIG = "/etc/nightledger/nightledger.yaml";

test.each(COMMANDS)("%s starts a night with options that there are", async (file, args) => {
  // elsewhere than with cron a collector takes JSON
  const log = file === "crontab" ? { log: "text" } : {};
  expect(await asked(args)).toEqual({ verb: "nightly", config: CONFIG, "catch-up": true, ...log });
});

test("workers start with options that there are, begin again whatever ends them, and have no more rights", async () => {
  expect(await asked((worker.ExecStart?.[0] ?? "").split(" ").slice(1))).toEqual({
    verb: "worker",
    config: CONFIG,
  });
  expect(await asked(workerPod.containers[0].args)).toEqual({
    verb: "worker",
    config: CONFIG,
    "no-render": true,
  });
  expect(worker).toMatchObject({
    Restart: ["always"],
    KillSignal: ["SIGTERM"],
  });
  const hardening = (all: Record<string, string[]>) =>
    Object.entries(all).filter(([name]) =>
      /^(Protect|Private|Restrict|NoNew|Capab|Ambient|System|Lock|Remove)/.test(name),
    );
  expect(hardening(worker)).toEqual(hardening(service));
  expect(workerPod.containers[0].securityContext).toEqual(container.securityContext);
  expect(workerPod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
});

test("the command runs from its checkout, wherever it is called from", () => {
  const command = join(CHECKOUT, "deploy", "nightledger");
  const { status, stdout } = spawnSync(command, ["nightly", "--help"], { cwd: tmpdir(), encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toContain("--catch-up");
});

test("a checkout that is not installed says how it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-deploy-"));
  try {
    const bare = join(folder, "deploy-nightledger");
    copyFileSync(join(CHECKOUT, "deploy", "nightledger"), bare);
    const { status, stderr } = spawnSync("sh", [bare], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^nightledger: its own Node\.js is not there\. Run this in .*: npx --yes pnpm@[\d.]+ install --prod\n$/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("cron starts it at half past four, as a user of its own", () => {
  expect(cronLine?.slice(0, 8)).toEqual(["30", "4", "*", "*", "*", "nightledger", "umask", "077;"]);
  expect(read("crontab")).toMatch(/^MAILTO=\S+$/m);
});

/** Runs the line as cron does: by sh, from the user's home, its output caught to be mailed. */
function asCron(folder: string): Promise<{ status: number | null; mailed: string }> {
  const command = (cronLine ?? [])
    .slice(6)
    .join(" ")
    .replace("/opt/nightledger", CHECKOUT.replace(/\/$/, ""))
    .replace(CONFIG, join(folder, "nightledger.yaml"));
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", HOME: folder },
  });
  let mailed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      mailed += chunk;
    });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, mailed })));
}

test("cron's line ends with the night's exit status, and prints what MAILTO is to get", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-cron-"));
  const date = new Date().toISOString().slice(0, 10);
  const simulator = await startSimulator({ accounts: 1, projects: 3, limit: null, date });
  try {
    expect(await asCron(folder)).toEqual({
      status: 2,
      mailed: expect.stringMatching(/^nightledger: .*nightledger\.yaml/),
    });
    writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
    simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 1, fault: "permission" }] });
    expect(await asCron(folder)).toEqual({
      status: 3,
      mailed: expect.stringMatching(/2 of 3 targets on record, 1 missing.*permission 1/s),
    });
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
});

test("the timer starts it every night in the region's time, and makes up for a machine that slept", () => {
  expect(unit("nightledger.timer").Timer).toMatchObject({
    OnCalendar: ["*-*-* 04:30:00 Asia/Singapore"],
    Persistent: ["true"],
    Unit: ["nightledger.service"],
  });
});

test("the service can write its state and its cache, and nothing else", () => {
  expect(service).toMatchObject({
    Type: ["oneshot"],
    User: ["nightledger"],
    ProtectSystem: ["strict"],
    ProtectHome: ["yes"],
    PrivateTmp: ["yes"],
    NoNewPrivileges: ["yes"],
    CapabilityBoundingSet: [""],
    StateDirectory: ["nightledger"],
    CacheDirectory: ["nightledger"],
    // partial nights and a second start are told by nightledger itself
    SuccessExitStatus: ["3 7"],
  });
  // where others read; all else is the service's own
  expect(service.ReadWritePaths).toEqual(["-/srv/nightledger -/var/lib/node_exporter"]);
  expect(service.MemoryDenyWriteExecute).toBe(undefined);
  expect(
    service.LoadCredential?.every((line) => /^[\w.]+:\/etc\/nightledger\/secrets\/[\w.]+$/.test(line)),
  ).toBe(true);
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasSystemd)("systemd finds nothing to say about the units", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-units-"));
  try {
    const names = [
      "nightledger.service",
      "nightledger-worker.service",
      "nightledger.timer",
      "nightledger-failed@.service",
    ];
    for (const name of names) {
      // where the command is on this machine
      const here = read(`systemd/${name}`).replaceAll("/opt/nightledger/deploy", join(CHECKOUT, "deploy"));
      writeFileSync(join(folder, name), here);
    }
    const verified = [...names.slice(0, 3), "nightledger-failed@x.service"].map((name) => join(folder, name));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...verified], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the image runs as nobody in particular, and brings its browser", () => {
  expect(instruction("USER")).toEqual(["10001:10001"]);
  expect(instruction("RUN").join(" ")).toMatch(/apt-get install .*\bchromium\b/);
  expect(instruction("RUN").join(" ")).toContain("install --frozen-lockfile --prod");
  expect(instruction("ENV").join(" ")).toMatch(
    /XDG_CACHE_HOME=\/tmp\/cache PUPPETEER_EXECUTABLE_PATH=\/usr\/bin\/chromium/,
  );
  expect(JSON.parse(instruction("ENTRYPOINT")[0] ?? "[]").slice(2)).toEqual([
    "/bin/sh",
    "-c",
    'umask 077; exec /opt/nightledger/deploy/nightledger "$@"',
    "nightledger",
  ]);
  const manifest = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8"));
  for (const line of instruction("RUN").filter((each) => each.includes("pnpm@"))) {
    expect(line).toContain(manifest.packageManager);
  }
});

test("the container's root is read-only, without privileges, and Chromium may have its sandbox", () => {
  expect(compose).toMatchObject({
    read_only: true,
    user: "10001:10001",
    cap_drop: ["ALL"],
    tmpfs: [expect.stringMatching(/^\/tmp/)],
    security_opt: ["no-new-privileges:true", "seccomp=./seccomp.json"],
  });
  const { defaultAction, syscalls } = JSON.parse(read("docker/seccomp.json"));
  expect(defaultAction).toBe("SCMP_ACT_ALLOW");
  const [{ names, action }] = syscalls;
  expect(action).toBe("SCMP_ACT_ERRNO");
  for (const needed of ["clone", "unshare", "chroot", "seccomp"]) expect(names).not.toContain(needed);
  for (const never of ["mount", "bpf", "ptrace", "kexec_load", "init_module", "setns"])
    expect(names).toContain(never);
});

test("Kubernetes starts one at a time, in the region's time, and tries again only what was killed", () => {
  expect(cronJob).toMatchObject({
    apiVersion: "batch/v1",
    kind: "CronJob",
    spec: { concurrencyPolicy: "Forbid", timeZone: "Asia/Singapore", schedule: "30 4 * * *" },
  });
  const { backoffLimit, podFailurePolicy } = cronJob.spec.jobTemplate.spec;
  expect(backoffLimit).toBeGreaterThan(0);
  expect(podFailurePolicy.rules).toEqual([
    {
      action: "FailJob",
      onExitCodes: { containerName: container.name, operator: "In", values: [2, 3, 4, 5, 6, 7] },
    },
  ]);
  expect(pod.restartPolicy).toBe("Never");
});

test("the pod has no more rights than the container", () => {
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 10001,
    seccompProfile: { type: "Localhost" },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(pod.automountServiceAccountToken).toBe(false);
  const mounted = container.volumeMounts.map(({ name }: { name: string }) => name).sort();
  expect(mounted).toEqual(pod.volumes.map(({ name }: { name: string }) => name).sort());
  expect(claim).toMatchObject({ kind: "PersistentVolumeClaim", metadata: { name: "nightledger" } });
});
