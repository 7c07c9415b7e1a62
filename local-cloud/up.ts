import { exitWith, readInteger, readOptions } from "./cli-options";
import { MAX_INSTANCES } from "./instances/next-instances";
import { type LocalCloud, startLocalCloud } from "./local-cloud";
import { oldNodeWarning } from "./old-node-warning";
import { FolderInUse } from "./processes/folder-lock";
import { PortTaken } from "./processes/listen";
import { onStopSignal } from "./processes/on-stop-signal";

const USAGE = `Carryover on this machine: Redis, the REST gateway, servers of the app, and a balancer before them.

  npm run demo -- --instances 2 --port 3000

  --instances N   how many servers of the app (default 2)
  --port PORT     where the site is (default 3000)
  --metrics-port PORT
                  where Prometheus reads the first server, and one further on each of the others
                  (default: nowhere)`;

const given = readOptions({ instances: "2", port: "3000", "metrics-port": "" }, USAGE);
const instances = readInteger("instances", given.instances, { min: 1, max: MAX_INSTANCES });
const port = readInteger("port", given.port, { min: 0, max: 65_535 });
const metricsPort = given["metrics-port"]
  ? readInteger("metrics-port", given["metrics-port"], { min: 1, max: 65_535 - MAX_INSTANCES })
  : undefined;

const warning = oldNodeWarning(process.versions.node);
if (warning) console.warn(warning);

const abort = new AbortController();
let cloud: LocalCloud | undefined;
onStopSignal({
  stop() {
    console.log("\nEnding ...");
    // A start under way gives up and cleans up after itself, below.
    if (cloud) cloud.stop().finally(() => process.exit(0));
    else abort.abort();
  },
  force() {
    cloud?.killAll();
    process.exit(1);
  },
});

try {
  const started = Date.now();
  cloud = await startLocalCloud({
    instances,
    port,
    metricsPort,
    dataDir: ".demo",
    build: true,
    say: console.log,
    signal: abort.signal,
  });
  if (abort.signal.aborted) await cloud.stop().finally(() => process.exit(0));
  console.log(summary(cloud, (Date.now() - started) / 1_000));
} catch (error) {
  if (abort.signal.aborted) process.exit(0);
  exitWith(explain(error));
}

function summary({ url, instances: { all }, service }: LocalCloud, seconds: number): string {
  const names = all.map(({ status }) => status.name).join(", ");
  const [first] = all;
  const metricsPorts = all.flatMap((each) => each.metricsPort ?? []);
  const metrics = metricsPorts.map((each) => `http://127.0.0.1:${each}/metrics`).join("  ");
  return `
  Carryover is ready: ${url}   (${seconds.toFixed(1)} s)

  Servers ${names} answer in turn; the sessions are in ${service.description}.
  See it proven: ${url}/proof, or put something in the cart, end a server, and go on:  kill -9 ${first?.status.pid}
  See who is signed in: ${url}/admin, once you have an account there:  npm run account -- role NAME operator
  What the servers say is in .demo/logs. Ctrl-C ends everything; the sessions are kept for next time.
${metrics && `  Metrics: ${metrics}\n`}`;
}

function explain(error: unknown): string {
  if (error instanceof PortTaken)
    return `${error.message} Choose another:  npm run demo -- --port ${error.port + 1}`;
  if (error instanceof FolderInUse)
    return `A demo is already running in this folder (process ${error.pid}). End it first.`;
  return error instanceof Error ? error.message : String(error);
}
