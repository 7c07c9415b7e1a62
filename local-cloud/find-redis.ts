import { access } from "node:fs/promises";
import { join } from "node:path";
import { aptInstall } from "./apt-install";
import { findOnPath } from "./find-on-path";
import { runBounded } from "./run-bounded";

const SERVERS = ["redis-server", "valkey-server"];
const BUILDER = "redis-memory-server@0.17.1";

/**
 * The path of a real Redis (or Valkey) server program: from the PATH, else installed by apt-get (Debian or Ubuntu,
 * as root), else built from source by the npm package redis-memory-server into `toolsDir`.
 * Throws with the one command to run where none of these works.
 */
export async function findRedis(options: { toolsDir: string; say: (line: string) => void }): Promise<string> {
  const present = findOnPath(SERVERS);
  if (present) return present;
  if (await aptInstall("redis-server", options.say)) {
    const installed = findOnPath(SERVERS);
    if (installed) return installed;
  }
  const built = await buildRedis(options);
  if (built) return built;
  throw new Error(`No Redis here. Install one and start again:\n  ${installCommand()}`);
}

async function buildRedis({ toolsDir, say }: { toolsDir: string; say: (line: string) => void }) {
  if (process.platform !== "win32" && !(findOnPath(["make"]) && findOnPath(["cc", "gcc", "clang"])))
    return undefined;
  const npm = findOnPath(["npm"]);
  if (!npm) return undefined;
  say("No Redis on the PATH: building one from source, for this folder only (some minutes, once) ...");
  const install = await runBounded(
    [
      npm,
      "install",
      "--prefix",
      toolsDir,
      "--ignore-scripts",
      "--no-save",
      "--no-audit",
      "--no-fund",
      BUILDER,
    ],
    { limitMs: 90_000 },
  );
  if (!install.ok) return undefined;
  // The package's own installer builds into a cache it finds by itself; asked directly, it tells where.
  const module = join(toolsDir, "node_modules/redis-memory-server/lib/util/RedisBinary.js");
  const ask = `require(${JSON.stringify(module)}).default.getPath().then((path) => console.log("\\n" + path))`;
  const build = await runBounded([process.execPath, "-e", ask], {
    limitMs: 420_000,
    env: { REDISMS_DOWNLOAD_DIR: join(toolsDir, "redis") },
  });
  const path = build.output.trim().split("\n").at(-1);
  if (!build.ok || !path) return undefined;
  return access(path).then(
    () => path,
    () => undefined,
  );
}

function installCommand(): string {
  if (process.platform === "darwin") return "brew install redis";
  if (process.platform === "win32")
    return "use WSL (wsl --install), and there: sudo apt-get install -y redis-server";
  if (findOnPath(["apt-get"])) return "sudo apt-get install -y redis-server";
  if (findOnPath(["dnf"])) return "sudo dnf install -y valkey   (or redis)";
  if (findOnPath(["pacman"])) return "sudo pacman -S valkey";
  if (findOnPath(["apk"])) return "apk add redis";
  return "the package redis (or valkey) of this system: https://redis.io/docs/latest/operate/oss_and_stack/install/";
}
