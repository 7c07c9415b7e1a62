import { exitWith, readInteger, readOptions } from "@/local-cloud/cli-options";
import { FolderInUse } from "@/local-cloud/processes/folder-lock";
import { PortTaken } from "@/local-cloud/processes/listen";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";
import { type OpenIdSite, startOpenIdSite } from "./openid-site";

const USAGE = `Sign-in by an identity provider (examples/openid): Redis, the REST gateway, two servers of the app, a balancer
before them, and a provider.

  npm run openid -- --port 3100

  --port PORT     where the app is (default 3100)`;

const { port: portText } = readOptions({ port: "3100" }, USAGE);
const port = readInteger("port", portText, { min: 1, max: 65_535 });

const abort = new AbortController();
let site: OpenIdSite | undefined;
onStopSignal({
  stop() {
    console.log("\nEnding ...");
    // A start under way gives up and cleans up after itself.
    if (site) void site.stop().finally(() => process.exit(0));
    else abort.abort();
  },
  force() {
    site?.cloud.killAll();
    process.exit(1);
  },
});

try {
  site = await startOpenIdSite({ port, dataDir: ".demo/openid", say: console.log, signal: abort.signal });
  if (abort.signal.aborted) await site.stop().finally(() => process.exit(0));
  console.log(`
  The app:       ${site.url}   (servers a and b answer in turn)
  The provider:  ${site.issuer}   (any name signs in, with any password)

  What to look at is in examples/openid/README.md. Ctrl-C ends everything.
`);
} catch (error) {
  if (abort.signal.aborted) process.exit(0);
  exitWith(explain(error));
}

function explain(error: unknown): string {
  if (error instanceof PortTaken)
    return `${error.message} Choose another:  npm run openid -- --port ${error.port + 1}`;
  if (error instanceof FolderInUse)
    return `The example is already running (process ${error.pid}). End it first.`;
  return error instanceof Error ? error.message : String(error);
}
