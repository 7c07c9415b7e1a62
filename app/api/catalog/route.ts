import { catalog } from "@/lib/cart/catalog";
import { dataPolicy } from "@/lib/request/content-policy";
import { instanceName } from "@/lib/request/instance";
import { tellBrowser } from "@/lib/request/tell-browser";
import { visitOf } from "@/lib/request/visit";

/** What the shop sells: the same for everyone, no session read. */
export function GET(request: Request): Response {
  const headers = new Headers({ "x-served-by": instanceName(), "cache-control": "public, max-age=300" });
  tellBrowser(headers, visitOf(request.headers), dataPolicy);
  return Response.json(catalog, { headers });
}
