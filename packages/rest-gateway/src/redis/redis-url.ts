/** What a Redis URL names, and the URL of each server it lists. */
export type RedisUrl = { kind: "single" | "replicated" | "cluster"; urls: [string, ...string[]] };

/**
 *     redis://[user:password@]host:port[/db]     one server
 *     redis://a:6379,b:6379                      a primary and its replicas, in any order and any roles
 *     redis+cluster://a:6379,b:6379              some servers of a Redis Cluster, which name the others
 *
 * `rediss` instead of `redis` means TLS. Throws where it is none of these; the words never quote it: it may hold a password.
 */
export function parseRedisUrl(text: string): RedisUrl {
  const [, scheme = "", cluster, credentials = "", hosts = "", rest = ""] =
    /^(rediss?)(\+cluster)?:\/\/(.*@)?([^/?]*)(.*)$/.exec(text) ?? [];
  const [first = "", ...others] = hosts.split(",").map((host) => `${scheme}://${credentials}${host}${rest}`);
  const urls: RedisUrl["urls"] = [first, ...others];
  if (!urls.every(isServerUrl)) {
    throw new Error(
      "The Redis URL must be redis://host:port, redis://primary:port,replica:port or redis+cluster://host:port,…",
    );
  }
  return { kind: cluster ? "cluster" : others.length > 0 ? "replicated" : "single", urls };
}

function isServerUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname !== "";
}
