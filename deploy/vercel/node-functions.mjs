import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const LAUNCH = fileURLToPath(new URL("./launch-function.mjs", import.meta.url));

/** The Node functions of an output, each started in a process of its own when it is first asked. */
export function startFunctions(project) {
  const ports = new Map();
  const children = new Set();

  async function start(folder) {
    const target = join(
      project,
      ".functions",
      createHash("sha256").update(folder).digest("hex").slice(0, 12),
    );
    layOut(folder, { project, target });
    const { handler, environment } = readConfig(folder);
    const child = fork(LAUNCH, [join(target, handler)], {
      cwd: target,
      env: { ...process.env, ...environment },
      execArgv: [],
    });
    children.add(child);
    const [message] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() =>
        Promise.reject(new Error(`${relative(project, folder)} could not be started.`)),
      ),
    ]);
    child.once("exit", () => ports.delete(folder));
    return message.port;
  }

  return {
    portOf(folder) {
      if (!ports.has(folder)) ports.set(folder, start(folder));
      return ports.get(folder);
    },
    end() {
      for (const child of children) child.kill("SIGKILL");
    },
  };
}

function readConfig(folder) {
  return JSON.parse(readFileSync(join(folder, ".vc-config.json"), "utf8"));
}

/** A function is its folder and the files of the project that its `filePathMap` names: those, and nothing else. */
function layOut(folder, { project, target }) {
  rmSync(target, { recursive: true, force: true });
  cpSync(folder, target, { recursive: true });
  for (const [to, from] of Object.entries(readConfig(folder).filePathMap ?? {})) {
    mkdirSync(dirname(join(target, to)), { recursive: true });
    // A package that Node loads by itself is a link to it: https://nextjs.org/docs/app/api-reference/config/next-config-js/serverExternalPackages
    const source = join(project, from);
    if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), join(target, to));
    else copyFileSync(source, join(target, to));
  }
}
