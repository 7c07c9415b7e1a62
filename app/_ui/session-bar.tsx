import type { KnownSession } from "@/lib/request/session-view";
import { unavailableWords } from "@/lib/request/unavailable-words";
import { Countdown } from "./countdown";
import { ServerBadge } from "./server-badge";

interface Props {
  readonly known: KnownSession | "unavailable" | null;
}

/** On every page: the server that answered, and the session that it did not have to remember. */
export function SessionBar({ known }: Props) {
  return (
    <div className="border-line border-b bg-sunken text-sm">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 sm:px-6">
        <ServerBadge />
        <p data-testid="who" className="text-muted [overflow-wrap:anywhere]">
          <Who known={known} />
        </p>
      </div>
    </div>
  );
}

function Who({ known }: Props) {
  if (known === "unavailable") return <>{unavailableWords.title}</>;
  if (!known) return <>No session yet: you carry nothing, so nothing is kept.</>;
  const { session, handle, ttlMs } = known;
  return (
    <>
      {session.user ? (
        <>
          Signed in as <b className="text-ink">{session.user.name}</b>
        </>
      ) : (
        "Not signed in"
      )}
      {" · session "}
      <code className="text-ink">{handle}</code>
      {" · "}
      <Countdown leftMs={ttlMs} before="ends in " after=" without a visit" over="has ended" />
    </>
  );
}
