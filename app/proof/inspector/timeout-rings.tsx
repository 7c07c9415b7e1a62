"use client";

import { useEffect, useState } from "react";
import { pageNow } from "../../_session/store/page-now";
import { formatDuration } from "../../_ui/format";
import { type Timeouts, TtlRing } from "./ttl-ring";

/** Both timeouts: whichever comes first ends the session. They count down in the browser, and the display renews neither. */
export function TimeoutRings({ timeouts, atMs }: { readonly timeouts: Timeouts; readonly atMs: number }) {
  const [nowMs, setNowMs] = useState(atMs);
  useEffect(() => {
    const tick = () => setNowMs(pageNow());
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, []);
  const goneMs = Math.max(0, nowMs - atMs);
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(min(15rem,100%),1fr))] gap-4">
      <TtlRing
        testId="idle-left"
        name="Idle"
        note={`of ${durationLabel(timeouts.idleMs)}; each visit renews it`}
        leftMs={timeouts.ttlMs - goneMs}
        wholeMs={timeouts.idleMs}
      />
      <TtlRing
        testId="lifetime-left"
        name="Absolute"
        note={`of ${durationLabel(timeouts.lifetimeMs)}; nothing renews it`}
        leftMs={timeouts.lifetimeLeftMs - goneMs}
        wholeMs={timeouts.lifetimeMs}
      />
    </div>
  );
}

/** `30 min`, `7 d`: a round duration without its noughts. */
function durationLabel(ms: number): string {
  return formatDuration(ms).replace(/( 00 (h|min|s))+$/, "");
}
