import { Answer } from "@carryover/session/next";
import { catalog } from "@/lib/cart/catalog";
import { get } from "@/lib/session";

/** What the shop sells: the same for everyone, no session read. */
export const GET = get({
  lazy: true,
  handler: () => new Answer(catalog, { cacheControl: "public, max-age=300" }),
});
