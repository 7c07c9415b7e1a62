import { z } from "zod/mini";
import {
  actionsOnOneServer,
  onLocalCloud,
  otherActions,
  readCloud,
  startChaosAction,
} from "@/lib/proof/local-cloud";
import { get, post } from "@/lib/session";
import { readShopEnv } from "@/lib/shop-env";

/** The parts of the local cloud that this server runs on. 404 on any other host. */
export const GET = onLocalCloud(get({ lazy: true, handler: () => readCloud(readShopEnv()) }));

const fields = z.discriminatedUnion("action", [
  z.object({ action: z.enum(actionsOnOneServer), instance: z.string().check(z.regex(/^[a-z]$/)) }),
  z.object({ action: z.enum(otherActions), instance: z.optional(z.literal("")) }),
]);

/** Starts a chaos action: a part of the local cloud fails on purpose. 404 on any other host. */
export const POST = onLocalCloud(
  post({
    formPage: "/proof",
    successPage: "/proof",
    returnsToFormWhenBusy: true,
    lazy: true,
    fields,
    handler: (_, request) => startChaosAction(readShopEnv(), request),
  }),
);
