"use client";

import { useLive } from "../_session/store/live-session";
import { serverColour } from "./server-colour";

/** Names the server that answered last: with this page, or a change on it. */
export function ServerBadge() {
  const name = useLive(({ servedBy }) => servedBy);
  return (
    <span
      data-testid="server"
      className="inline-flex items-center gap-2 rounded-full border border-line bg-surface px-3 py-1"
    >
      <span
        aria-hidden="true"
        className="size-2.5 rounded-full"
        style={{ backgroundColor: serverColour(name) }}
      />
      <span>
        answered by <b data-testid="server-name">{name}</b>
      </span>
    </span>
  );
}
