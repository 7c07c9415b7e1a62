import { randomBytes } from "node:crypto";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { KEEP_ALIVE_MS } from "@/local-cloud/instances/next-instances";
import { type LocalCloud, startLocalCloud } from "@/local-cloud/local-cloud";
import { freePort } from "@/local-cloud/processes/free-port";
import type { Command, OwnedProcess } from "@/local-cloud/processes/owned-process";
import { poll } from "@/local-cloud/processes/poll";
import { type ProcessReaper, startProcessReaper } from "@/local-cloud/processes/process-reaper";
import { buildNext } from "./next-server";
import { pack } from "./template-app";

/** `examples/openid` on this machine: two servers of it behind a balancer, and an identity provider. */
export interface OpenIdSite {
  /** Where a browser finds the app. */
  readonly url: string;
  /** Where it finds the provider: another site, as cookies see it. */
  readonly issuer: string;
  readonly cloud: LocalCloud;
  /** The provider is out of reach during the work. It forgets its users' sign-ins. */
  withoutProvider(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface OpenIdSiteOptions {
  /** The balancer's, on localhost. */
  readonly port: number;
  /** Redis' data, secrets and logs. */
  readonly dataDir: string;
  readonly say?: (line: string) => void;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
  /** Another environment than ours to decide where Redis comes from. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const EXAMPLE = "examples/openid";
/** What the example's package.json calls the tarball that `npm pack` makes. */
const TARBALL = "carryover-session.tgz";
const FORCE_AFTER_MS = 3_000;

/**
 * Copies the example, installs the packed package and the pinned packages into it, builds it, and starts all that it
 * needs. Whatever fails on the way, nothing is left running.
 */
export async function startOpenIdSite(options: OpenIdSiteOptions): Promise<OpenIdSite> {
  const { port, dataDir, say = () => {}, signal, environment } = options;
  const folder = await mkdtemp(join(tmpdir(), "carryover-openid-"));
  const reaper = await startProcessReaper(join(folder, "reaper"));
  const stopBuild = () => reaper.killAll();
  signal?.addEventListener("abort", stopBuild);
  let cloud: LocalCloud | undefined;
  async function stop(): Promise<void> {
    await cloud?.stop();
    await reaper.close();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const app = join(folder, "app");
    say("Installing and building examples/openid ...");
    await install(app, reaper);
    await buildNext(app, "turbopack", reaper.spawn);
    signal?.throwIfAborted();

    const url = `http://localhost:${port}`;
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const env = {
      APP_ORIGIN: url,
      // Cookies do not tell ports apart: the demo of the shop may be on localhost, too.
      COOKIE_NAME: "openid-example",
      OPENID_ISSUER: issuer,
      OPENID_CLIENT_ID: "example",
      OPENID_CLIENT_SECRET: randomBytes(32).toString("base64url"),
    };
    let provider = await startProvider(app, env, reaper);
    cloud = await startLocalCloud({
      ...{ instances: 2, port, dataDir, env, say },
      command: (serverPort) => nextStart(app, serverPort),
      ...(signal && { signal }),
      ...(environment && { environment }),
    });
    return {
      ...{ url, issuer, cloud, stop },
      async withoutProvider(work) {
        await provider.end(FORCE_AFTER_MS);
        try {
          await work();
        } finally {
          provider = await startProvider(app, env, reaper);
        }
      },
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stopBuild);
  }
}

/** Installs what the lock file of the example pins, and the package as a release would be. */
async function install(app: string, { spawn }: ProcessReaper): Promise<void> {
  const made = ["node_modules", ".next", TARBALL, "next-env.d.ts", "tsconfig.tsbuildinfo"];
  await cp(EXAMPLE, app, { recursive: true, filter: (path) => !made.includes(basename(path)) });
  const tarball = await pack(app);
  await rename(tarball.path, join(app, TARBALL));
  const npm = spawn(["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: app });
  await npm.exited;
  if (npm.exitCode !== 0) throw new Error(`npm ci in ${EXAMPLE} failed:\n${npm.lastOutput}`);
}

async function startProvider(
  app: string,
  env: { readonly OPENID_ISSUER: string; readonly [name: string]: string },
  { spawn }: ProcessReaper,
): Promise<OwnedProcess> {
  const provider = spawn([process.execPath, "provider.mjs"], { cwd: app, env });
  await poll("the identity provider to answer", async () => {
    if (!provider.isRunning) throw new Error(`The identity provider ended: ${provider.lastOutput}`);
    const metadata = `${env.OPENID_ISSUER}/.well-known/openid-configuration`;
    return (await fetch(metadata).catch(() => null))?.ok ?? false;
  });
  return provider;
}

function nextStart(app: string, port: number): Command {
  const next = join(app, "node_modules/next/dist/bin/next");
  const options = ["-H", "localhost", "-p", `${port}`, "--keepAliveTimeout", `${KEEP_ALIVE_MS}`];
  return [process.execPath, next, "start", app, ...options];
}
