import { instanceName, startedAt } from "@carryover/session/internal/next/instance";
import { version } from "@/lib/request/version";
import { readRoute } from "@/lib/routes";

/** Whether this server serves; `?deep=1` asks Redis, too. Without it, Redis is left alone. */
export const GET = readRoute(async (visit, url) => {
  if (url.searchParams.get("deep") === "1") await visit.redis.run("ping", (client) => client.ping());
  return { body: { status: "ok", servedBy: instanceName(), startedAt: startedAt(), version } };
});
