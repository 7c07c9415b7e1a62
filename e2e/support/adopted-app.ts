import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What stands in `docs/adopt.md`, taken out of it: the page is the test's only source. */
export interface AdoptGuide {
  /** The command that copies, with `APP` for the folder. */
  readonly copy: string;
  /** Such as `zod@4.6.7`. */
  readonly packages: readonly string[];
  /** The files to write, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** What adds a field to the session. */
  readonly patch: string;
}

export async function readAdoptGuide(): Promise<AdoptGuide> {
  const text = await readFile("docs/adopt.md", "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind, code = ""]) => ({
    kind,
    code,
  }));
  const only = (kind: string) => blocks.find((block) => block.kind === kind)?.code ?? "";
  const files = blocks.flatMap(({ kind, code }): [string, string][] => {
    const [, path = "", body = ""] = /^\/\/ (\S+)\n(.*)$/s.exec(code) ?? [];
    return kind === "ts" || kind === "tsx" ? [[path, body]] : [];
  });
  return {
    copy: only("bash"),
    packages: only("sh").trim().split(" ").slice(2),
    files: new Map(files),
    patch: only("diff"),
  };
}

// What `create-next-app` writes, as far as it matters here.
const TSCONFIG = {
  compilerOptions: {
    target: "ES2017",
    lib: ["dom", "dom.iterable", "esnext"],
    skipLibCheck: true,
    strict: true,
    noEmit: true,
    esModuleInterop: true,
    module: "esnext",
    moduleResolution: "bundler",
    resolveJsonModule: true,
    isolatedModules: true,
    jsx: "react-jsx",
    incremental: true,
    plugins: [{ name: "next" }],
    paths: { "@/*": ["./*"] },
  },
  include: ["next-env.d.ts", "**/*.ts", "**/*.tsx", ".next/types/**/*.ts"],
  exclude: ["node_modules"],
};
const LAYOUT = `import type { ReactNode } from "react";
export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><head><link rel="icon" href="/icon.svg" /></head><body>{children}</body></html>;
}
`;
// The packages are links out of the folder: its root is all there is.
const CONFIG = `export default { turbopack: { root: "/" }, outputFileTracingRoot: "/" };\n`;
const NEXT_APP = [
  "next",
  "react",
  "react-dom",
  "typescript",
  "@types/node",
  "@types/react",
  "@types/react-dom",
];

/** Makes the folder a Next app that has these packages and no others. */
export async function makeNextApp(app: string, packages: readonly string[]): Promise<void> {
  await write(app, "package.json", JSON.stringify({ name: "adopted", private: true }));
  await write(app, "tsconfig.json", JSON.stringify(TSCONFIG));
  await write(app, "next.config.mjs", CONFIG);
  await write(app, "app/layout.tsx", LAYOUT);
  await write(app, "public/icon.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>');
  for (const name of [...NEXT_APP, ...packages.map((each) => each.replace(/@[\d.]+$/, ""))]) {
    const link = join(app, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(resolve("node_modules", name), link);
  }
}

/** Does in an empty folder what the page says; the paths of the files that were copied. */
export async function adopt(app: string, { copy, files }: AdoptGuide): Promise<string[]> {
  await run("bash", ["-euo", "pipefail", "-c", copy], { env: { ...process.env, APP: app } });
  const entries = await readdir(app, { recursive: true, withFileTypes: true });
  const copied = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  for (const [path, code] of files) await write(app, path, code);
  return copied.map((path) => relative(app, path)).sort();
}

/** The modules that the files of the app import from one another, by path without an extension. */
export async function importedModules(app: string, paths: readonly string[]): Promise<Set<string>> {
  const imports = paths.map(async (path) => {
    const text = await readFile(join(app, path), "utf8");
    const specifiers = [...text.matchAll(/(?:from |import\()"(@|\.)\/([^"]+)"/g)];
    return specifiers.map(([, base, rest = ""]) => (base === "@" ? rest : join(dirname(path), rest)));
  });
  return new Set((await Promise.all(imports)).flat());
}

/** Changes the app as the page says to. */
export async function applyPatch(app: string, patch: string): Promise<void> {
  await write(app, "field.patch", patch);
  await run("git", ["apply", "field.patch"], { cwd: app });
}

async function write(app: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(app, path)), { recursive: true });
  await writeFile(join(app, path), text);
}
