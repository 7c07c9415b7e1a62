"use client";

import { type ParsedSession, viewsOf } from "../../_session/store/parsed-session";
import { Icon } from "./icons";
import { PartNote } from "./map-part";

/** What the browser holds: a sealed key, and nothing else. */
export function KeyBadge({ presence }: { readonly presence: "none" | "live" | "unknown" }) {
  if (presence === "none") return <PartNote>holds nothing yet</PartNote>;
  return (
    <p className="badge mt-2 inline-flex items-center gap-1 whitespace-nowrap rounded-lg bg-tint px-1.5 py-1 text-xs sm:text-sm">
      <Icon of="key" />
      sealed key
    </p>
  );
}

interface Props {
  readonly session: ParsedSession | null;
  readonly isOutOfReach: boolean;
  readonly isUnknown: boolean;
}

/** What Redis holds: the session itself. */
export function SessionBadge({ session, isOutOfReach, isUnknown }: Props) {
  if (!session)
    return <PartNote>{isUnknown ? "out of reach just now" : "holds nothing of yours yet"}</PartNote>;
  const views = viewsOf(session);
  return (
    <div
      key={session.handle}
      className={`badge relative my-2 overflow-hidden rounded-lg bg-brand px-3 py-2 text-on-brand transition-opacity ${isOutOfReach ? "opacity-50" : ""}`}
    >
      <span
        key={views}
        aria-hidden="true"
        className="written pointer-events-none absolute inset-0 bg-on-brand"
      />
      <p className="text-sm leading-tight">your session</p>
      <p className="font-mono font-semibold leading-tight">{session.handle}</p>
      <p className="text-sm tabular-nums leading-tight">
        {session.items} in the cart, {views} {views === 1 ? "view" : "views"}
      </p>
    </div>
  );
}
