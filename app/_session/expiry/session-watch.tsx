"use client";

import { useEffect } from "react";
import { useLive, useLiveStore } from "../store/live-session";
import { EndNotice } from "./end-notice";
import { EndWarning } from "./end-warning";
import { watchSession } from "./watch-session";

/** Watches over the page's session, and says when it is about to end, has ended, or has made way for another. */
export function SessionWatch() {
  const live = useLiveStore();
  const presence = useLive((state) => state.presence);
  useEffect(() => watchSession(live), [live]);
  if (presence === "ended" || presence === "changed") return <EndNotice presence={presence} />;
  return presence === "live" && <EndWarning />;
}
