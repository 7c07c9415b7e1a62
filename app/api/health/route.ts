import { version } from "@/lib/server/version";
import { get, server } from "@/lib/session";

/** Whether this server serves; `?deep=1` asks Redis, too. Without it, Redis is left alone. */
export const GET = get({
  lazy: true,
  async handler(_, { url, redis }) {
    if (url.searchParams.get("deep") === "1") await redis.run("ping", (client) => client.ping());
    return { status: "ok", servedBy: server.name, startedAt: server.startedAt, version };
  },
});
