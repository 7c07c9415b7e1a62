import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

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
const PAGE = `export const dynamic = "force-dynamic";
export const metadata = { title: "Empty", description: "Nothing but what Next brings" };
export default function Page() {
  return <main><h1>Empty</h1></main>;
}
`;
// The packages are links out of the folder: its root is all there is.
const CONFIG = `export default { turbopack: { root: "/" }, outputFileTracingRoot: "/" };\n`;
const PACKAGES = [
  "next",
  "react",
  "react-dom",
  "typescript",
  "@types/node",
  "@types/react",
  "@types/react-dom",
];

/** Makes the folder a Next app of one empty page, with the packages of this project. */
export async function makeEmptyApp(app: string): Promise<void> {
  await write(app, "package.json", JSON.stringify({ name: "empty", private: true }));
  await write(app, "tsconfig.json", JSON.stringify(TSCONFIG));
  await write(app, "next.config.mjs", CONFIG);
  await write(app, "app/layout.tsx", LAYOUT);
  await write(app, "app/page.tsx", PAGE);
  await write(app, "public/icon.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>');
  for (const name of PACKAGES) {
    const link = join(app, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(resolve("node_modules", name), link);
  }
}

async function write(app: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(app, path)), { recursive: true });
  await writeFile(join(app, path), text);
}
