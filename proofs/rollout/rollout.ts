import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { KEEP_ALIVE_MS } from "@/local-cloud/instances/next-instances";
import { type LocalCloud, startLocalCloud } from "@/local-cloud/local-cloud";
import type { Command } from "@/local-cloud/processes/owned-process";
import { buildEarlier } from "./earlier-build";
import { rolloutUser, type Seen } from "./rollout-user";

/**
 * `npm run rollout -- --from 333b18d --users 8 --seconds 10`: two servers of an earlier build take requests behind the
 * balancer; one after the other is replaced by one of this build, and then back again. Every user checks its own session in
 * every answer.
 */
const { values } = parseArgs({
  options: {
    from: { type: "string", default: "333b18d" },
    users: { type: "string", default: "8" },
    seconds: { type: "string", default: "10" },
  },
});
const stageMs = Number(values.seconds) * 1000;

function nextStart(folder: string): (port: number) => Command {
  const next = join(folder, "node_modules/next/dist/bin/next");
  const options = ["-H", "localhost", "--keepAliveTimeout", `${KEEP_ALIVE_MS}`];
  return (port) => [process.execPath, next, "start", folder, ...options, "-p", `${port}`];
}

/** Replaces each server by one of the build that new servers are made from; the new one first, so that none is missing. */
async function replaceAll({ instances }: LocalCloud): Promise<void> {
  const olds = instances.all.filter(({ status }) => status.state === "running");
  for (const old of olds) {
    await instances.add();
    await pause(stageMs / 4);
    await old.stop();
  }
}

const earlier = nextStart(await buildEarlier(values.from, console.log));
const current = nextStart(".");
let command = earlier;
const dataDir = await mkdtemp(join(tmpdir(), "carryover-rollout-"));
const cloud = await startLocalCloud({
  instances: 2,
  port: 0,
  dataDir,
  build: true,
  command: (port) => command(port),
  // All users come from one address, and a busy machine is no outage.
  env: { SIGN_IN_LIMIT: "100000", BEGIN_LIMIT: "100000", SESSION_DEADLINE_MS: "10000" },
  say: console.log,
});
const seen: Seen = { requests: 0, byServer: new Map(), lost: [], failed: [] };
try {
  let isOver = false;
  const { url } = cloud;
  const users = Array.from({ length: Number(values.users) }, (_, at) =>
    rolloutUser({ url, at, seen }, () => isOver),
  );
  const rollouts = (async () => {
    try {
      await pause(stageMs);
      for (const next of [current, earlier]) {
        command = next;
        await replaceAll(cloud);
        await pause(stageMs);
      }
    } finally {
      isOver = true;
    }
  })();
  await Promise.all([rollouts, ...users]);
} finally {
  await cloud.stop();
  await rm(dataDir, { recursive: true, force: true });
}
for (const fault of [...new Set([...seen.lost, ...seen.failed])].slice(0, 20)) console.error(fault);
const servers = [...seen.byServer].map(([name, count]) => `${name} ${count}`).join(", ");
console.log(
  `From ${values.from} to this build and back, ${seen.requests} requests of ${values.users} users (${servers}): ` +
    `${seen.lost.length} sessions lost, ${seen.failed.length} requests failed.`,
);
process.exitCode = seen.lost.length + seen.failed.length > 0 ? 1 : 0;
