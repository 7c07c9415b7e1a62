import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { env } from "node:process";
import { promisify } from "node:util";
import { z } from "zod";
import { applyDiff, type Guide, replaceOnce } from "./read-guide";

/** A way to use the package that its page describes. */
export interface Variant {
  readonly front: "middleware" | "proxy" | "none";
  readonly cacheComponents: boolean;
  readonly bundler: "turbopack" | "webpack";
  /** Whether the content security policy is on. */
  readonly policy: boolean;
}

/** The app that `create-next-app` makes, with the package installed. */
export interface TemplateApp {
  readonly folder: string;
  /** The files in the package's tarball. */
  readonly packed: readonly string[];
  /** Writes what the page shows for this variant over the template. */
  apply(variant: Variant): Promise<void>;
  /** The names that plain Node finds in a module of the package. */
  namesIn(module: string): Promise<string[]>;
  /** Runs the template's own ESLint. @throws Error with what it finds */
  lint(): Promise<void>;
}

interface TemplateOptions {
  readonly guide: Guide;
  /** A version of `create-next-app`, or `latest`. */
  readonly version: string;
  /** Whether ESLint, which is most of the packages and no part of a build, is installed. */
  readonly withEslint: boolean;
}

const PINNED_FONTS = ["@fontsource-variable/geist@5.3.0", "@fontsource-variable/geist-mono@5.3.0"];
/** What the template or the page writes, and a variant changes. */
const CHANGED = ["next.config.ts", "app/layout.tsx"];

/** Of the page: those whose files every app has, and all that show files. */
const ALWAYS = ["Quick start", "Use", "Environment"];
const SECTIONS = [...ALWAYS, "Middleware or proxy", "Content security policy"];

const exec = promisify(execFile);
const run = (program: string, args: readonly string[], cwd?: string) =>
  exec(program, args, { cwd, env: { ...env, NEXT_TELEMETRY_DISABLED: "1" } });

/**
 * Makes the template and installs the package into it.
 * `create-next-app` comes from the npm registry: https://nextjs.org/docs/app/api-reference/cli/create-next-app
 */
export async function makeTemplateApp(
  parent: string,
  { guide, version, withEslint }: TemplateOptions,
): Promise<TemplateApp> {
  const folder = join(parent, "app");
  const create = ["--yes", `create-next-app@${version}`, "app", "--yes", "--use-npm"];
  await run("npx", [...create, "--skip-install", "--disable-git"], parent);
  const tarball = await pack(parent);
  const unpinned = version === "latest";
  const packages = await Promise.all(guide.packages.map((name) => source(name, tarball.path, unpinned)));
  const eslint = ["devDependencies.eslint", "devDependencies.eslint-config-next"];
  if (!withEslint) await run("npm", ["pkg", "delete", ...eslint], folder);
  const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages, ...PINNED_FONTS];
  await run("npm", install, folder);
  await change(join(folder, "app/layout.tsx"), withLocalFonts);
  const originals = new Map<string, string>();
  for (const path of CHANGED) originals.set(path, await readFile(join(folder, path), "utf8"));

  return {
    folder,
    packed: tarball.files,
    async apply({ front, cacheComponents, policy }) {
      await rm(join(folder, ".next"), { recursive: true, force: true });
      for (const path of guide.files(...SECTIONS).keys()) await rm(join(folder, path), { force: true });
      for (const [path, text] of originals) await write(join(folder, path), text);
      const files = new Map(guide.files(...ALWAYS, ...(policy ? ["Content security policy"] : [])));
      if (front !== "middleware") files.delete("middleware.ts");
      if (front === "proxy") {
        for (const [path, text] of guide.files("Middleware or proxy")) files.set(path, text);
      }
      for (const [path, text] of files) await write(join(folder, path), text);
      if (policy)
        await change(join(folder, "app/layout.tsx"), (text) => dynamicLayout(text, guide, cacheComponents));
      if (!cacheComponents) await change(join(folder, "next.config.ts"), withoutCacheComponents);
    },
    async namesIn(module) {
      const print = `console.log(JSON.stringify(Object.keys(await import("${module}"))))`;
      const { stdout } = await run("node", ["--input-type=module", "--eval", print], folder);
      return z.array(z.string()).parse(JSON.parse(stdout));
    },
    async lint() {
      await run("npm", ["run", "lint", "--", "--max-warnings=0"], folder);
    },
  };
}

interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
}

const packReport = z
  .tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })])
  .transform(([{ filename, files }]) => ({ filename, files: files.map(({ path }) => path) }));

/** The tarball that a release would be. */
export async function pack(folder: string): Promise<Tarball> {
  const args = ["pack", "-w", "packages/session", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", args);
  // What `prepack` prints stands before it.
  const { filename, files } = packReport.parse(JSON.parse(stdout.slice(stdout.search(/^\[/m))));
  return { path: join(folder, filename), files };
}

/** The argument of `npm install` for a package that the page names. */
async function source(name: string, tarball: string, unpinned: boolean): Promise<string> {
  if (name === "@carryover/session") return tarball;
  if (unpinned) return `${name}@latest`;
  const { dependencies } = JSON.parse(await readFile("packages/session/package.json", "utf8"));
  return `${name}@${dependencies[name]}`;
}

/** The one change to the template: Google's fonts need the network, the same faces from npm do not. */
function withLocalFonts(layout: string): string {
  const local = (name: string, variable: string, file: string) =>
    [
      `${name}({\n  variable: "${variable}",\n  subsets: ["latin"],\n})`,
      `localFont({\n  variable: "${variable}",\n  src: "../node_modules/@fontsource-variable/${file}-latin-wght-normal.woff2",\n})`,
    ] as const;
  const changes = [
    ['import { Geist, Geist_Mono } from "next/font/google";', 'import localFont from "next/font/local";'],
    local("Geist", "--font-geist-sans", "geist/files/geist"),
    local("Geist_Mono", "--font-geist-mono", "geist-mono/files/geist-mono"),
  ] as const;
  return changes.reduce((text, [from, to]) => replaceOnce(text, from, to), layout);
}

function dynamicLayout(layout: string, guide: Guide, cacheComponents: boolean): string {
  const dynamic = applyDiff(layout, guide.diff("Content security policy"));
  return cacheComponents ? dynamic : replaceOnce(dynamic, "export const instant = false;\n", "");
}

function withoutCacheComponents(config: string): string {
  const off = replaceOnce(config, "cacheComponents: true", "cacheComponents: false");
  return replaceOnce(off, "partialPrefetching: true", "partialPrefetching: false");
}

async function change(path: string, edit: (text: string) => string): Promise<void> {
  await write(path, edit(await readFile(path, "utf8")));
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
