import { lookup } from "node:dns/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "@/deploy/table";
import { exitWith } from "@/local-cloud/cli-options";
import { startProcessReaper } from "@/local-cloud/processes/process-reaper";
import { selfSigned } from "@/local-cloud/processes/self-signed";
import { withLocalCloud } from "@/scripts/with-local-cloud";
import { checks } from "./checks";
import { findProxy, startFront } from "./front";
import { proxies } from "./proxies";

// `npm run proxies`: what deploy/proxies/ says of nginx, HAProxy, Caddy and Varnish, tried with Debian's packages before two servers of the
// app; and what nginx' cache and a bare Varnish keep of it. `npm run proxies -- haproxy` for one of them.

const chosen = chosenProxies();
const guardFolder = await mkdtemp(join(tmpdir(), "carryover-proxies-"));
const { spawn, close } = await startProcessReaper(guardFolder);
const cells = new Map<string, string[]>(checks.map(({ says }) => [says, []]));
const head = ["behind"];
let passed = 0;
let failed = 0;

// Many visitors of one address in a few seconds, on a machine that may be busy.
const env = { SIGN_IN_LIMIT: "100000", BEGIN_LIMIT: "100000", SESSION_DEADLINE_MS: "5000" };
await withLocalCloud(
  2,
  async (cloud) => {
    const { address, family } = await lookup("localhost");
    const host = family === 6 ? `[${address}]` : address;
    const [a = 0, b = 0] = cloud.instances.all.map(({ status }) => status.port);
    const tls = selfSigned();
    for (const proxy of chosen) {
      const { program, version } = await findProxy(proxy, console.log);
      console.log(`\n── ${proxy.name} ${version}`);
      head.push(`${proxy.name} ${version}`);
      const front = await startFront(proxy, {
        program,
        spawn,
        tls,
        servers: [`${host}:${a}`, `${host}:${b}`],
      });
      const ground = {
        front,
        cloud,
        startFrontOf: (a: number, b: number) =>
          startFront(proxy, { program, spawn, tls, servers: [`127.0.0.1:${a}`, `127.0.0.1:${b}`] }),
      };
      for (const { says, roles, holds } of checks) {
        const isAsked = proxy.roles.some((role) => roles.includes(role));
        const cell = isAsked ? await holds(ground).then(well, ill) : "";
        if (cell) console.log(`  ${says}: ${cell}`);
        cells.get(says)?.push(cell);
      }
      await front.stop();
    }
  },
  { env },
).finally(async () => {
  await close();
  await rm(guardFolder, { recursive: true, force: true });
});
const rows = [...cells].map(([says, answers]) => [says, ...answers]);
console.log(`\n${table(head, rows)}\n\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function well(cell: string): string {
  passed++;
  return cell;
}

function ill(error: unknown): string {
  failed++;
  return `✗ ${(error instanceof Error ? error.message : String(error)).split("\n", 1)[0]}`;
}

function chosenProxies() {
  const names = process.argv.slice(2).map((name) => name.toLowerCase());
  const isNamed = (name: string) => names.length === 0 || names.some((each) => name.startsWith(each));
  const all = proxies.filter(({ name }) => isNamed(name.toLowerCase()));
  const known = proxies.map(({ name }) => name).join(", ");
  return all.length > 0 ? all : exitWith(`There is no such proxy: ${known}.`);
}
