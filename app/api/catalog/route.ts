import { dataPolicy } from "@carryover/session/internal/next/content-policy";
import { instanceName } from "@carryover/session/internal/next/instance";
import { tellBrowser } from "@carryover/session/internal/next/tell-browser";
import { catalog } from "@/lib/cart/catalog";
import { visitOf } from "@/lib/visit";

/** What the shop sells: the same for everyone, no session read. */
export function GET(request: Request): Response {
  const headers = new Headers({ "x-served-by": instanceName(), "cache-control": "public, max-age=300" });
  tellBrowser(headers, visitOf(request.headers), dataPolicy);
  return Response.json(catalog, { headers });
}
