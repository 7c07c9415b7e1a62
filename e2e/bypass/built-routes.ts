import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { operatorPages } from "@/lib/admin/operator-pages";

/** What a build serves, as its own manifests say it: a route that is new is in it without anyone's remembering. */
export interface BuiltRoutes {
  readonly buildId: string;
  /** Paths such as `/profile`, in order; a parameter's place is filled. */
  readonly paths: readonly string[];
}

const manifest = z.record(z.string(), z.string());

/** @param folder of the app, in which `next build` has left its build */
export async function readBuiltRoutes(folder: string): Promise<BuiltRoutes> {
  const read = (file: string) => readFile(join(folder, ".next", file), "utf8");
  const routes = manifest.parse(JSON.parse(await read("app-path-routes-manifest.json")));
  const paths = Object.values(routes).map((route) => route.replaceAll(/\[[^\]]+\]/g, "1"));
  // The build has these at addresses within the app.
  return { buildId: await read("BUILD_ID"), paths: [...new Set([...paths, ...operatorPages.pages])].sort() };
}
