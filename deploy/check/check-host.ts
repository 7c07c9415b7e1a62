import { randomBytes } from "node:crypto";
import { join, relative, resolve } from "node:path";
import { type BuildMode, type Built, buildHost } from "@/deploy/build/build-host";
import { installPackages } from "@/deploy/build/install-packages";
import { runToEnd } from "@/deploy/build/run-to-end";
import { type Served, serveHost } from "@/deploy/build/serve-host";
import type { TestHarness } from "@/deploy/build/test-harness";
import type { Host, Weight } from "@/deploy/hosts/host";
import { median } from "@/deploy/median";
import { cpuSeconds } from "@/local-cloud/processes/cpu-seconds";
import { findSecrets } from "./find-secrets";
import { keepsConnections } from "./keeps-connections";
import { problemOf } from "./problem-of";
import { promises } from "./promises";
import { requestsAPage } from "./requests-a-page";
import { sendsTraces } from "./sends-traces";
import { showBytes } from "./show-bytes";

export type Checked = {
  readonly host: Host;
  /** As far as it came. */
  readonly buildSeconds?: number;
  readonly weights?: readonly Weight[];
  readonly firstAnswerMs?: number;
  readonly requestsAPage?: number;
  readonly passed: number;
  /** What does not hold, in words. */
  readonly failures: readonly string[];
};

export type CheckOptions = {
  readonly harness: TestHarness;
  readonly say: (line: string) => void;
  /** "from-nothing" also asks the host's linter, whose tools must be installed. */
  readonly mode: Exclude<BuildMode, "if-stale">;
};

const LINT_LIMIT_MS = 60_000;
const STARTS = 9;
// The builder's environment may hold these secrets: none may get into what is shipped.
const SECRETS = ["SESSION_SECRET", "UPSTASH_REDIS_REST_TOKEN", "KV_REST_API_TOKEN", "SUPERVISOR_TOKEN"];

/** Builds for a host, weighs and searches what would be shipped, serves it here, and tries what it promises. */
export async function checkHost(host: Host, { harness, say, mode }: CheckOptions): Promise<Checked> {
  const { spawn } = harness.reaper;
  const failures: string[] = [];
  let passed = 0;
  const report = (says: string, problem: string | undefined) => {
    if (problem) failures.push(`${host.label}: ${says}: ${problem}`);
    else passed++;
    say(`  ${problem ? "✗" : "✓"} ${says}${problem ? `: ${problem}` : ""}`);
  };
  let found: Pick<Checked, "buildSeconds" | "weights" | "firstAnswerMs" | "requestsAPage"> = {};

  const { linter } = host;
  if (linter && mode === "from-nothing") {
    await installPackages(join("deploy", linter), { spawn, say });
    const lint = () =>
      runToEnd(spawn, ["npm", "run", "lint"], { cwd: resolve("deploy", linter), limitMs: LINT_LIMIT_MS });
    report("its own files pass their linters", await problemOf(lint));
  }
  const canary = `canary-${randomBytes(16).toString("hex")}`;
  const env = Object.fromEntries(SECRETS.map((name) => [name, `${canary}-${name}`]));
  const trouble = await problemOf(async () => {
    const built: Built = await buildHost(host, { spawn, say, env, mode });
    const { project, seconds = 0 } = built;
    const holders = findSecrets(host.shipped(project), [canary]).map((file) => relative(project, file));
    report("nothing that is shipped holds a secret or is a .env file", holders.join(", ") || undefined);
    const weights = await host.weigh(project);
    for (const { what, bytes, limitBytes } of weights) {
      if (limitBytes)
        report(
          `${what}: at most ${showBytes(limitBytes)}`,
          bytes > limitBytes ? showBytes(bytes) : undefined,
        );
    }
    found = { buildSeconds: seconds, weights };
    const serve = (env: Readonly<Record<string, string>> = {}) =>
      serveHost(host, { project, spawn, env: { ...harness.env, ...env } });
    const { startLimitSeconds, shipsTracing, outlivesProxies } = host;
    if (startLimitSeconds && mode === "from-nothing") {
      const seconds = await medianStartSeconds(serve);
      const says = `${STARTS} starts: the median takes at most ${startLimitSeconds} s of a processor's time`;
      report(says, seconds > startLimitSeconds ? `${seconds.toFixed(2)} s` : undefined);
      say(`    (${seconds.toFixed(2)} s)`);
    }
    const { origin, firstAnswerMs, stop } = await serve();
    try {
      for (const { says, holds } of promises) {
        report(says, await problemOf(() => holds({ host, origin, harness })));
      }
      if (outlivesProxies) {
        const says = "it keeps a connection longer than the proxies before it";
        report(says, await problemOf(() => keepsConnections(origin)));
      }
      found = { ...found, firstAnswerMs, requestsAPage: await requestsAPage(origin, harness) };
    } finally {
      await stop();
    }
    if (shipsTracing)
      report(
        "it sends traces and metrics to its collector, and shows its metrics",
        await problemOf(() => sendsTraces(serve)),
      );
  });
  if (trouble) report("it builds and starts", trouble);
  return { host, ...found, passed, failures };
}

/** Not the time on the clock: that depends on what else the machine does. */
async function medianStartSeconds(serve: () => Promise<Served>): Promise<number> {
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const { pid, stop } = await serve();
    starts.push(cpuSeconds(pid));
    await stop();
  }
  return median(starts);
}
