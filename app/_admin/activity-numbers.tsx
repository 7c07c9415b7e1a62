import type { SessionNumbers } from "@/lib/admin/active-sessions";
import { usePage } from "../_session/store/live-session";
import { formatCount } from "../_ui/number-style";

/** How many sessions live, and what became of sessions in the last hour. */
export function ActivityNumbers({ numbers }: { readonly numbers: SessionNumbers }) {
  const { signedIn, visitors, isEstimate, begun, ended, byServer } = numbers;
  const about = isEstimate ? "about " : "";
  const reasons = Object.entries(ended).sort(([, one], [, other]) => other - one);
  const servers = Object.entries(byServer).sort(([one], [other]) => (one < other ? -1 : 1));
  return (
    <dl className="mb-3 grid gap-4 min-[400px]:grid-cols-2 lg:grid-cols-4">
      <Tile name="Signed in" before={about} count={signedIn} note="sessions of users and guests" />
      <Tile name="Visitors" before={about} count={visitors} note="with a cart or a theme, not signed in" />
      <Tile
        name="Begun in the last hour"
        count={begun}
        note={servers.map(([name, each]) => `server ${name}: ${each.begun}`).join(" · ")}
      />
      <Tile
        name="Ended in the last hour"
        count={sum(ended)}
        note={reasons.map(([reason, count]) => `${reason} ${count}`).join(" · ")}
      />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly count: number;
  readonly before?: string;
  readonly note: string;
}

function Tile({ name, count, before = "", note }: TileProps) {
  const { numbers } = usePage();
  return (
    <div className="rounded-2xl border border-line bg-surface p-4 shadow-card">
      <dt className="text-muted text-sm">{name}</dt>
      <dd>
        <p className="font-display font-semibold text-2xl tabular-nums">
          {before}
          {formatCount(count, numbers)}
        </p>
        <p className="text-muted text-sm [overflow-wrap:anywhere]">{note}</p>
      </dd>
    </div>
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
