import { nextStart } from "@/deploy/hosts/next-start";
import type { BenchServer, BenchSite } from "../bench-site";
import { buildEarlier } from "./build-earlier";

/** The commit that today's code is compared with. */
export const EARLIER = "333b18d";

/** The app as it was at that commit, on the same Redis; it is built first, once. */
export async function serveEarlier(
  site: BenchSite,
  env?: Readonly<Record<string, string>>,
): Promise<BenchServer> {
  const { spawn } = site.harness.reaper;
  return site.serveBuilt(nextStart, await buildEarlier(EARLIER, { spawn, say: site.say }), env);
}
