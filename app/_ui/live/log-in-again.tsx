"use client";

import { useLive } from "./live-session";

/** The way on from a session that has ended. */
export function LogInAgain() {
  const user = useLive(({ session }) => session?.user);
  const { pathname, search } = window.location;
  const href = user ? `/login?next=${encodeURIComponent(pathname + search)}` : "/";
  return (
    <a href={href} className="inline-flex min-h-11 items-center font-medium text-brand underline">
      {user ? "Log in again" : "Start afresh"}
    </a>
  );
}
