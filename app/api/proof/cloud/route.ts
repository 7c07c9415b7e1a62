import { z } from "zod/mini";
import {
  actionsOnOneServer,
  onLocalCloud,
  otherActions,
  readCloud,
  startChaosAction,
} from "@/lib/request/local-cloud";
import { changeRoute, readRoute } from "@/lib/routes";
import { readShopEnv } from "@/lib/shop-env";

/** The parts of the local cloud that this server runs on. 404 on any other host. */
export const GET = onLocalCloud(readRoute(async () => ({ body: await readCloud(readShopEnv()) })));

const fields = z.discriminatedUnion("action", [
  z.object({ action: z.enum(actionsOnOneServer), instance: z.string().check(z.regex(/^[a-z]$/)) }),
  z.object({ action: z.enum(otherActions), instance: z.optional(z.literal("")) }),
]);

/** Starts a chaos action: a part of the local cloud fails on purpose. 404 on any other host. */
export const POST = onLocalCloud(
  changeRoute({
    formPage: "/proof",
    thenPage: "/proof",
    busyGoesBack: true,
    fields,
    change: async (_, request) => ({ body: await startChaosAction(readShopEnv(), request) }),
  }),
);
