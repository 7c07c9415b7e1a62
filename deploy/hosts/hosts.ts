import { cloudflare } from "./cloudflare";
import type { Host } from "./host";
import { lambda } from "./lambda";
import { netlify } from "./netlify";
import { nextStart } from "./next-start";
import { standalone } from "./standalone";
import { vercel } from "./vercel";

/** All hosts that the app is built for. */
export const hosts: readonly Host[] = [nextStart, standalone, cloudflare, vercel, netlify, lambda];

/** The hosts of these names, or all of them for none. Throws on a name that is no host's. */
export function hostsNamed(names: readonly string[]): readonly Host[] {
  const unknown = names.find((name) => !hosts.some((host) => host.name === name));
  if (unknown) throw new Error(`There is no "${unknown}": ${hosts.map(({ name }) => name).join(", ")}.`);
  return names.length === 0 ? hosts : hosts.filter(({ name }) => names.includes(name));
}
