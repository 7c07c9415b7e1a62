import { resolve } from "node:path";
import { buildHost } from "@/deploy/build/build-host";
import { installPackages } from "@/deploy/build/install-packages";
import { isServed, serveHost } from "@/deploy/build/serve-host";
import type { TestHarness } from "@/deploy/build/test-harness";
import type { Host } from "@/deploy/hosts/host";
import { freePort } from "@/local-cloud/processes/free-port";
import { poll } from "@/local-cloud/processes/poll";
import { benchHost } from "./bench-host";

/** A server that is measured. */
export interface BenchServer {
  readonly origin: string;
  /** Of its process, the leader of a group. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** What every part of the benchmark finds ready: one Redis and its gateway, and servers at will. */
export interface BenchSite {
  readonly harness: TestHarness;
  /** Only to see that it works. */
  readonly isQuick: boolean;
  say(line: string): void;
  /** One more server of ours. */
  serveOurs(env?: Readonly<Record<string, string>>): Promise<BenchServer>;
  /** One more server of a host, which is built first where its last build is of other sources. */
  serve(host: Host, env?: Readonly<Record<string, string>>): Promise<BenchServer>;
  /** One more server of what is built already. */
  serveBuilt(host: Host, project: string, env?: Readonly<Record<string, string>>): Promise<BenchServer>;
  /** One more server of a peer, on the same Redis. */
  servePeer(name: "express" | "better-auth"): Promise<BenchServer>;
}

const FORCE_AFTER_MS = 3_000;

/** Installs the peers. The app is built for the first part that wants a server of ours. */
export async function openBenchSite(harness: TestHarness, isQuick: boolean): Promise<BenchSite> {
  const { spawn } = harness.reaper;
  const say = console.log;
  await installPackages("bench", { spawn, say });
  // Some parts need none, and some the same one several times.
  const builds = new Map<string, ReturnType<typeof buildHost>>();
  const serveBuilt = (host: Host, project: string, env?: Readonly<Record<string, string>>) =>
    serveHost(host, { project, spawn, env: { ...harness.env, ...env } });
  async function serve(host: Host, env?: Readonly<Record<string, string>>): Promise<BenchServer> {
    const build = builds.get(host.name) ?? buildHost(host, { spawn, say });
    builds.set(host.name, build);
    return serveBuilt(host, (await build).project, env);
  }
  return {
    harness,
    isQuick,
    say,
    serve,
    serveBuilt,
    serveOurs: (env) => serve(benchHost, env),
    async servePeer(name) {
      const port = await freePort();
      const script = resolve(`bench/peers/${name}.mjs`);
      const server = spawn([process.execPath, script, `${port}`, harness.service.redis?.url ?? ""], {
        env: { NODE_ENV: "production" },
      });
      const origin = `http://127.0.0.1:${port}`;
      await poll(`${name} to answer`, () => isServed(`${origin}/bare`));
      return { origin, pid: server.pid ?? 0, stop: () => server.end(FORCE_AFTER_MS) };
    },
  };
}
