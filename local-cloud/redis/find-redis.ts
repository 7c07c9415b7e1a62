import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { aptInstall } from "../processes/apt-install";
import { findOnPath } from "../processes/find-on-path";
import { runBounded } from "../processes/run-bounded";

const SERVERS = ["redis-server", "valkey-server"];
const BUILDER = "redis-memory-server@0.17.1";

export type FindRedisOptions = {
  /** Where one is built, if it comes to that. */
  toolsDir: string;
  say: (line: string) => void;
};

/**
 * The path of a real Redis (or Valkey) server program: from the PATH, else installed by apt-get (Debian or Ubuntu,
 * as root), else built from source by the npm package redis-memory-server into `toolsDir`.
 * Throws with the one command to run where none of these works.
 */
export async function findRedis({ toolsDir, say }: FindRedisOptions): Promise<string> {
  const builtHere = join(resolve(toolsDir), "redis/stable/redis-server");
  const present = findOnPath(SERVERS) ?? existing(builtHere);
  if (present) return present;
  if (await aptInstall("redis-server", say)) {
    const installed = findOnPath(SERVERS);
    if (installed) return installed;
  }
  await buildRedis({ toolsDir: resolve(toolsDir), say });
  const built = existing(builtHere);
  if (built) return built;
  throw new Error(`There is no Redis on this system. Install one and start again:\n  ${installCommand()}`);
}

async function buildRedis({ toolsDir, say }: FindRedisOptions): Promise<void> {
  const npm = findOnPath(["npm"]);
  if (!npm || !findOnPath(["make"]) || !findOnPath(["cc", "gcc", "clang"])) return;
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
  // The package would build as it is installed; asked directly it builds where we say, whatever npm's rules on scripts.
  const builder = join(toolsDir, "node_modules/redis-memory-server/lib/util/RedisBinary.js");
  const script = `require(${JSON.stringify(builder)}).default.getPath()
    .catch(({ message }) => { console.error(message); process.exitCode = 1; })`;
  const build = install.ok
    ? await runBounded([process.execPath, "-e", script], {
        limitMs: 420_000,
        env: { REDISMS_DOWNLOAD_DIR: join(toolsDir, "redis") },
      })
    : install;
  if (!build.ok) say(`It could not be built: ${build.output.trim().split("\n").at(-1)}`);
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function installCommand(): string {
  if (process.platform === "darwin") return "brew install redis";
  if (process.platform === "win32")
    return "wsl --install   (and in it: sudo apt-get install -y redis-server)";
  if (findOnPath(["apt-get"])) return "sudo apt-get install -y redis-server";
  if (findOnPath(["dnf"])) return "sudo dnf install -y valkey";
  if (findOnPath(["pacman"])) return "sudo pacman -S valkey";
  if (findOnPath(["apk"])) return "apk add redis";
  return "see https://redis.io/docs/latest/operate/oss_and_stack/install/";
}
