import "server-only";
import { Problem } from "@carryover/session";
import { readShopEnv, type ShopEnv } from "@/lib/shop-env";
import { type CloudView, readCloud } from "./local-cloud";

/** What a page shows of the host that it runs on. */
export interface ShownHost {
  /** `null` on any other host than the local cloud, and where its supervisor does not answer. */
  readonly cloud: CloudView | null;
  readonly host: ShopEnv["host"];
}

export async function shownHost(): Promise<ShownHost> {
  const env = readShopEnv();
  if (!env.supervisor) return { cloud: null, host: env.host };
  try {
    return { cloud: await readCloud(env), host: env.host };
  } catch (error) {
    if (error instanceof Problem) return { cloud: null, host: env.host };
    throw error;
  }
}
