import "server-only";
import { readEnv } from "@carryover/session/internal/env";
import { type Site, siteOf } from "@carryover/session/internal/next/site";
import { headers } from "next/headers";

/** The site as the visitor of the page that is being rendered knows it. No request to Redis. */
export async function currentSite(): Promise<Site> {
  return siteOf(await headers(), readEnv());
}
