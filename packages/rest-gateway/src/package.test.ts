import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { env as environment } from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { poll } from "../../../local-cloud/processes/poll.ts";

// Each starts programs that take seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

// What `npm pack` makes, in a project of its own that has the package's one dependency.
const run = promisify(execFile);
const modules = resolve("node_modules");
let folder: string;
let files: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rest-gateway-package-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: join(import.meta.dirname, ".."),
  });
  // What tsc prints comes before npm's JSON.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
  files = packed.files.map(({ path }: { path: string }) => path);
  const target = join(folder, "node_modules/@carryover/rest-gateway");
  mkdirSync(target, { recursive: true });
  await run("tar", ["-xzf", join(folder, packed.filename), "-C", target, "--strip-components=1"]);
  for (const name of ["redis", "@redis"])
    symlinkSync(join(modules, name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("it holds what is needed, and nothing else", () => {
  expect(files).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "dist/cli.js", "dist/rest-gateway.d.ts"]),
  );
  const others = files.filter(
    (file) => !/^(LICENSE|README\.md|package\.json|dist\/.*\.(js|d\.ts))$/.test(file),
  );
  expect([...others, ...files.filter((file) => /test/.test(file))]).toEqual([]);
});

test("its program starts a Redis and answers", async () => {
  const cli = join(folder, "node_modules/@carryover/rest-gateway/dist/cli.js");
  const child = spawn(process.execPath, [cli, "--start-redis", "--port", "0"], {
    cwd: folder,
    env: { ...environment, GATEWAY_TOKEN: "token" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  try {
    await poll("the gateway to listen", () => printed.includes("Ctrl-C"));
    const url = /on (http:\S+)\. /.exec(printed)?.[1] ?? "";
    const headers = { Authorization: "Bearer token" };
    const ping = () => fetch(url, { method: "POST", headers, body: '["PING"]' });
    await poll("Redis to answer", async () => (await ping()).status === 200);
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
});

test("its types are found, without the sources", async () => {
  const use = `import { type RestGateway, startRestGateway } from "@carryover/rest-gateway";
const gateway: RestGateway = await startRestGateway({ port: 0, token: "t", redisUrl: "redis://127.0.0.1" });
// @ts-expect-error: a port is a number
gateway.port satisfies string;
await gateway.close();
`;
  writeFileSync(join(folder, "use.ts"), use);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
  const types = ["--typeRoots", join(modules, "@types"), "--types", "node"];
  await run(process.execPath, [join(modules, ".bin/tsc"), ...options, ...types, "use.ts"], {
    cwd: folder,
  }).catch((error: { stdout?: string }) => expect(error.stdout).toBe(""));
});
