import type { Cloud, ServerState } from "../chaos/cloud";
import type { JourneyState } from "../journey/journey";

/** A server as the map shows it. */
export interface MapServer {
  readonly name: string;
  readonly state: ServerState;
  /** When its process began, as ISO 8601. */
  readonly since: string | null;
  /** Requests of this session that it has answered, as the session itself remembers. */
  readonly answered: number;
  /** How often it has come back as another process since this page was opened. */
  readonly returns: number;
}

interface Known {
  /** `null` where there is no local cloud to ask. */
  readonly cloud: Cloud | null;
  /** As it was when this page was opened. */
  readonly firstCloud: Cloud | null;
  readonly journey: Pick<JourneyState, "session" | "servers">;
  /** The server that made this page. */
  readonly first: { readonly name: string; readonly since: string };
}

/** All servers there are; where nobody can be asked, those that have answered. */
export function mapServers({ cloud, firstCloud, journey, first }: Known): readonly MapServer[] {
  const views = new Map(journey.session?.views);
  const answered = (name: string) => views.get(name) ?? 0;
  if (cloud) {
    return cloud.servers.map(({ name, state, startedAt }) => {
      const before = firstCloud?.servers.find((each) => each.name === name)?.startedAt;
      const seen = journey.servers[name]?.returns ?? 0;
      const isAnother = Boolean(before && startedAt && before !== startedAt);
      return {
        name,
        state,
        since: startedAt,
        answered: answered(name),
        returns: Math.max(seen, Number(isAnother)),
      };
    });
  }
  const names = new Set([first.name, ...Object.keys(journey.servers)]);
  return [...names].sort().map((name) => ({
    name,
    state: "running",
    since: journey.servers[name]?.since ?? (name === first.name ? first.since : null),
    answered: answered(name),
    returns: journey.servers[name]?.returns ?? 0,
  }));
}
