import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "@/deploy/hosts/host";
import { nextStart } from "@/deploy/hosts/next-start";
import type { TwinPage } from "./twin-page";

const ADDED = join(import.meta.dirname, "next");
/** What the twin's pages load besides their own. */
const STYLE = "globals.css";
/** What only the shop needs. */
const DROPPED = ["lib", "packages", "instrumentation.ts"];

/** The same Next with the same configuration, a middleware that does nothing, and these pages by their paths. */
export function twinHost(pages: ReadonlyMap<string, TwinPage>): Host {
  return {
    ...nextStart,
    name: "bench-twin",
    label: "the bare twin",
    reads: [import.meta.dirname],
    build(project, run) {
      const app = join(project, "app");
      const shop = join(project, "shop");
      renameSync(app, shop);
      cpSync(ADDED, project, { recursive: true });
      cpSync(join(shop, STYLE), join(app, STYLE));
      for (const name of [shop, ...DROPPED.map((name) => join(project, name))])
        rmSync(name, { recursive: true });
      for (const [path, files] of pages) {
        mkdirSync(join(app, path), { recursive: true });
        for (const [name, text] of Object.entries(files)) writeFileSync(join(app, path, name), text);
      }
      return nextStart.build(project, run);
    },
  };
}
