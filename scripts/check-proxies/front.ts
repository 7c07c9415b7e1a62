import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ask, newVisitor } from "@/deploy/check/visitor";
import { aptInstall } from "@/local-cloud/processes/apt-install";
import { findOnPath } from "@/local-cloud/processes/find-on-path";
import { freePort } from "@/local-cloud/processes/free-port";
import type { Command, Spawn } from "@/local-cloud/processes/owned-process";
import { poll } from "@/local-cloud/processes/poll";
import { runBounded } from "@/local-cloud/processes/run-bounded";
import { trustingFetch } from "./trusting-fetch";

/** What a proxy is given on this machine in place of what its file in deploy/proxies/ says. */
export type Ground = {
  /** For its files; removed with it. */
  readonly folder: string;
  /** Where it listens, on 127.0.0.1: one for https, one for http. */
  readonly httpsPort: number;
  readonly httpPort: number;
  /** The two servers behind it: `127.0.0.1:3001`. */
  readonly servers: readonly [string, string];
  /** Files in the folder, PEM: the certificate for localhost, its key, and both in one. */
  readonly certificate: string;
  readonly key: string;
  readonly both: string;
};

export type Role = "balancer" | "cache";

/** A proxy that is checked before two servers of the app. */
export type ReverseProxy = {
  readonly name: string;
  /** Debian's package, and the program in it, both of one name but for Varnish'. */
  readonly package: string;
  readonly program: string;
  /** Another package that it needs, with a program of the same name. */
  readonly companion?: string;
  /** What it is checked as. A `cache` alone is tried for what it keeps, and for nothing else. */
  readonly roles: readonly Role[];
  readonly isTls: boolean;
  /** Writes its configuration, and says how to start it in the foreground: the program, and what it needs before it. */
  configure(program: string, ground: Ground): Promise<readonly Command[]>;
};

/** A proxy that runs. */
export type Front = {
  readonly proxy: ReverseProxy;
  /** `https://localhost:PORT`; http where it speaks no TLS. */
  readonly origin: string;
  /** Of plain http. */
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly ask: Ask;
  newVisitor(): ReturnType<typeof newVisitor>;
  stop(): Promise<void>;
};

const FORCE_AFTER_MS = 5_000;
const READY_LIMIT_MS = 20_000;

/** The proxy's program, installed by apt-get where it is missing, and its version. Throws where there is none. */
export async function findProxy(proxy: ReverseProxy, say: (line: string) => void) {
  const { companion } = proxy;
  if (companion) await find(companion, companion, say);
  const program = await find(proxy.program, proxy.package, say);
  const flag = proxy.program === "caddy" ? "version" : proxy.program === "varnishd" ? "-V" : "-v";
  const { output } = await runBounded([program, flag], { limitMs: 20_000 });
  return { program, version: /\d+\.\d+\.\d+/.exec(output)?.[0] ?? "unknown" };
}

async function find(program: string, packageName: string, say: (line: string) => void): Promise<string> {
  const here = findOnPath([program]);
  if (here) return here;
  await aptInstall(packageName, say);
  const installed = findOnPath([program]);
  if (!installed) throw new Error(`There is no ${program} here: apt-get install ${packageName}`);
  return installed;
}

/** Starts a proxy before these two servers, and resolves when it passes a request on. */
export async function startFront(
  proxy: ReverseProxy,
  options: {
    readonly program: string;
    readonly servers: Ground["servers"];
    readonly tls: { readonly cert: string; readonly key: string };
    readonly spawn: Spawn;
  },
): Promise<Front> {
  const { program, servers, tls, spawn } = options;
  const folder = await mkdtemp(join(tmpdir(), "carryover-proxy-"));
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  await mkdir(join(folder, "state"));
  const ground: Ground = {
    folder,
    httpsPort: await freePort(),
    httpPort: await freePort(),
    servers,
    certificate: await file("site.crt", tls.cert),
    key: await file("site.key", tls.key),
    both: await file("site.pem", tls.cert + tls.key),
  };
  const { httpsPort, httpPort } = ground;
  const origin = proxy.isTls ? `https://localhost:${httpsPort}` : `http://localhost:${httpPort}`;
  const state = join(folder, "state");
  const env = { XDG_CONFIG_HOME: state, XDG_DATA_HOME: state };
  const children = (await proxy.configure(program, ground)).map((command) => spawn(command, { env }));
  const ask = trustingFetch(tls.cert);
  const stop = async () => {
    await Promise.all(children.map((child) => child.end(FORCE_AFTER_MS)));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await poll(
      `${proxy.name} to pass a request on`,
      async () => {
        const ended = children.find(({ isRunning }) => !isRunning);
        if (ended) throw new Error(`${proxy.name} ended at its start:\n${ended.lastOutput}`);
        return ask(`${origin}/api/health`, { headers: {} }).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      { limitMs: READY_LIMIT_MS, everyMs: 100 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { proxy, origin, httpPort, httpsPort, ask, stop, newVisitor: () => newVisitor(origin, ask) };
}

/** The file of deploy/ with each of these texts replaced; one that is not in it is an error. */
export async function adapted(name: string, replacements: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(new URL(`../../deploy/${name}`, import.meta.url), "utf8");
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`deploy/${name} does not hold "${from}".`);
    text = text.replaceAll(from, to);
  }
  return text;
}
