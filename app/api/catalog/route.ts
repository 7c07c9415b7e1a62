import { catalog } from "@/lib/cart/catalog";
import { instanceName } from "@/lib/request/instance";

/** What the shop sells: the same for everyone, no session read. */
export function GET(): Response {
  const headers = { "x-served-by": instanceName(), "cache-control": "public, max-age=300" };
  return Response.json(catalog, { headers });
}
