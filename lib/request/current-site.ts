import "server-only";
import { headers } from "next/headers";
import { readEnv } from "@/lib/env";
import { type Site, siteOf } from "./site";

/** The site as the visitor of the page that is being rendered knows it. No request to Redis. */
export async function currentSite(): Promise<Site> {
  return siteOf(await headers(), readEnv());
}
