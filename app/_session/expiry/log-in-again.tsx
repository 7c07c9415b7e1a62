"use client";

import { withoutRefusal } from "../forms/without-refusal";
import { useLive } from "../store/live-session";

/** The way on from a session that has ended. */
export function LogInAgain() {
  const user = useLive(({ session }) => session?.user);
  const href = user ? `/login?next=${encodeURIComponent(withoutRefusal(window.location))}` : "/";
  return (
    <a href={href} className="inline-flex min-h-11 items-center font-medium text-brand underline">
      {user ? "Log in again" : "Start afresh"}
    </a>
  );
}
