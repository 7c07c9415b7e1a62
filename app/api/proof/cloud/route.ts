import { z } from "zod/mini";
import { beginDare, daresToOneServer, onLocalCloud, otherDares, readCloud } from "@/lib/proof/local-cloud";
import { get, post } from "@/lib/session";
import { readShopEnv } from "@/lib/shop-env";

/** The parts of the local cloud that this server runs on. 404 on any other host. */
export const GET = onLocalCloud(get({ lazy: true, handler: () => readCloud(readShopEnv()) }));

const fields = z.discriminatedUnion("dare", [
  z.object({ dare: z.enum(daresToOneServer), instance: z.string().check(z.regex(/^[a-z]$/)) }),
  z.object({ dare: z.enum(otherDares), instance: z.optional(z.literal("")) }),
]);

/** Begins a dare: a part of the local cloud fails on purpose. 404 on any other host. */
export const POST = onLocalCloud(
  post({
    formPage: "/proof",
    thenPage: "/proof",
    busyGoesBack: true,
    lazy: true,
    fields,
    handler: (_, dare) => beginDare(readShopEnv(), dare),
  }),
);
