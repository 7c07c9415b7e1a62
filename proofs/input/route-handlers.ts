import { readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Handler } from "@carryover/session/internal/testing/test-visitor";

export interface RouteHandler {
  /** Such as `/api/cart/add`. */
  readonly path: string;
  readonly method: string;
  readonly handler: Handler;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Every handler there is, as the folders say it: a route that is new is among them without anyone's remembering. */
export async function findRouteHandlers(): Promise<RouteHandler[]> {
  const files = (await readdir("app/api", { recursive: true })).filter((file) => file.endsWith("route.ts"));
  const found = files.sort().map(async (file) => {
    const path = `/api/${dirname(file)}`;
    const module: Record<string, Handler> = await import(/* @vite-ignore */ resolve("app/api", file));
    return METHODS.flatMap((method) => {
      const handler = module[method];
      return handler ? [{ path, method, handler }] : [];
    });
  });
  return (await Promise.all(found)).flat();
}
