"use client";

import { unavailableMessage } from "@/lib/unavailable-message";
import { useLive } from "../_session/store/live-session";
import { Countdown } from "./countdown";
import { ServerBadge } from "./server-badge";

/** On every page: the server that answered, and the session that it did not have to remember. */
export function SessionBar() {
  return (
    <div className="border-line border-b bg-sunken text-sm">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 sm:px-6">
        <ServerBadge />
        <p data-testid="who" className="text-muted [overflow-wrap:anywhere]">
          <Who />
        </p>
      </div>
    </div>
  );
}

function Who() {
  const presence = useLive((state) => state.presence);
  const session = useLive((state) => state.session);
  if (presence === "unavailable") return <>{unavailableMessage.title}</>;
  if (!session) return <>No session yet: you carry nothing, so nothing is kept.</>;
  const { user, handle, expiry } = session;
  return (
    <>
      {user ? (
        <>
          Signed in as{" "}
          <b className="text-ink">
            <bdi>{user}</bdi>
          </b>
        </>
      ) : (
        "Not signed in"
      )}
      {" · session "}
      <code className="text-ink">{handle}</code>
      {" · "}
      <Countdown
        follows="idle"
        leftMs={expiry.endsAtMs}
        before="ends in "
        after=" without a visit"
        over="has ended"
      />
    </>
  );
}
